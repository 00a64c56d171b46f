"""Files through the project's own processes, also when one of them is killed."""

from pathlib import Path

import pytest
import requests

from conversations.models import Attachment
from flame.tests.files import PNG
from tests.faults.databases import ALIAS
from tests.faults.house import BOT, NUMBER
from tests.faults.waiting import wait_until

pytestmark = pytest.mark.faults


def attachments():
    return Attachment.objects.using(ALIAS).order_by("created_at")


def settled():
    return not attachments().filter(state="pending").exists()


def stored(folder):
    return sorted(path.read_bytes() for path in Path(folder).rglob("*") if path.is_file())


def test_a_picture_comes_in_and_one_goes_out_byte_for_byte(build, tmp_path):
    with build(MEDIA_ROOT=str(tmp_path / "media")) as house:
        for platform, account, contact in (("whatsapp", NUMBER, "5215550000001"), ("telegram", BOT, "7777")):
            house.sandbox.send_file(platform, contact, PNG, account_key=account, mime="image/png", caption="¿Este?")
        wait_until(lambda: attachments().count() == 2 and settled(), 20, house.server.said)

        agent = house.agent()
        for row in attachments().select_related("message"):
            url = f"http://{house.server.address}/api/media/{row.id}"
            assert agent.get(url, timeout=5).content == PNG
            link = agent.post(f"{url}/link", timeout=5).json()["url"]
            part = requests.get(f"http://{house.server.address}{link}", headers={"Range": "bytes=1-3"}, timeout=5)
            assert (part.status_code, part.content) == (206, b"PNG")
            assert requests.get(url, timeout=5).status_code == 401

            given = agent.post(url.rpartition("/")[0], files={"file": ("foto.png", PNG + b"!")}, timeout=5).json()
            body = {"type": "image", "metadata": {"attachments": [{"file_id": given["id"]}]}}
            messages = f"http://{house.server.address}/api/conversations/{row.message.conversation_id}/messages"
            assert agent.post(messages, json=body, timeout=5).status_code == 201
        wait_until(lambda: sum(bool(sent["files"]) for sent in house.sandbox.sent()) == 2, 20, house.server.said)
        arrived = [house.sandbox.file(name)[0] for sent in house.sandbox.sent() for name in sent["files"]]
        assert arrived == [PNG + b"!"] * 2


def test_a_server_killed_while_it_fetches_loses_no_file_and_leaves_none_behind(build, rounds, tmp_path):
    count = 8 * rounds
    with build(MEDIA_ROOT=str(tmp_path / "media"), FETCH_LEASE_SECONDS="3") as house:
        for number in range(count):
            file = {"account_key": NUMBER, "mime": "image/png", "delay": 0.5}
            sent = house.sandbox.send_file("whatsapp", f"5215550{number:06}", PNG + bytes([number]), **file)
            assert sent["statuses"] == [200]
            if number % 8 == 7:
                wait_until(attachments().filter(state="pending", attempts__gt=0).exists, 20, house.server.said)
                house.server.kill(*house.server.roles)
                house.server.start(*house.server.roles)
        wait_until(lambda: attachments().count() == count and settled(), 40, house.server.said)

        assert stored(tmp_path / "media") == sorted(PNG + bytes([number]) for number in range(count))
        assert set(attachments().values_list("state", "size")) == {("stored", len(PNG) + 1)}
        assert attachments().filter(attempts__gt=1).exists()
