"""What every platform's adapter holds about files (integrations/platforms/files.py), with the sandbox as its twin."""

import json

import pytest
import requests

from flame.lib.fetching import is_within
from flame.tests.files import FILES
from integrations import outbound
from integrations.platforms.base import OutboundFile, OutboundMessage
from integrations.registry import PLATFORMS
from integrations.tests.test_platform_contract import CONTACT, REF, account, each_platform, parsed

WITH_CAPTIONS = [name for name, each in PLATFORMS.items() if getattr(each.capabilities.media_of("image"), "caption", 0)]


def send_file(name, sandbox, file, text=""):
    adapter, ours = PLATFORMS[name], account(name, sandbox)
    message = OutboundMessage(to=CONTACT, text=text, client_ref=REF, type=file.type, file=file)
    prepared = outbound.converse(adapter.prepare(ours, message), ours)
    return adapter.external_id(prepared, outbound.call(adapter.request(ours, prepared), ours))


@each_platform
@pytest.mark.parametrize(
    ("kind", "mime", "title"),
    [
        ("image", "image/png", "foto.png"),
        ("audio", "audio/ogg", ""),
        ("audio", "audio/mpeg", "canción.mp3"),
        ("video", "video/mp4", "película.mp4"),
        ("file", "application/pdf", "Menú «mayo» 'x';.pdf"),
    ],
)
def test_a_file_arrives_byte_for_byte(name, sandbox, kind, mime, title):
    content = FILES[mime] + b"\r\n--\r\n\x00\xff"
    external_id = send_file(name, sandbox, OutboundFile(kind, name=title, mime=mime, content=content))
    (sent,) = sandbox.sent()
    assert sent["id"] == external_id
    ((arrived, type_there, _),) = map(sandbox.file, sent["files"])
    assert (arrived, type_there) == (content, mime)


@each_platform
def test_a_file_elsewhere_goes_by_its_address(name, sandbox):
    send_file(name, sandbox, OutboundFile("image", url="https://shop.example/foto.png"))
    (sent,) = sandbox.sent()
    assert "https://shop.example/foto.png" in json.dumps(sent["body"])


@pytest.mark.parametrize("name", WITH_CAPTIONS)
def test_a_caption_goes_with_the_file_where_the_platform_takes_one(name, sandbox):
    send_file(name, sandbox, OutboundFile("image", mime="image/png", content=FILES["image/png"]), text="¿Este?")
    assert [sent["text"] for sent in sandbox.sent()] == ["¿Este?"]


@each_platform
def test_a_file_of_a_customer_is_found_where_the_platform_keeps_it(name, sandbox, receiver):
    ours = account(name, sandbox)
    key = PLATFORMS[name].account_key(ours)
    sandbox.register(name, key, "flame-test-secret", receiver.url)
    sandbox.send_file(name, CONTACT, FILES["image/png"], account_key=key, type="image", mime="image/png")
    ((_, raw),) = receiver.got
    (message,) = parsed(name, json.loads(raw))
    (attachment,) = message.metadata["attachments"]
    source = outbound.converse(PLATFORMS[name].locate(ours, attachment), ours)
    got = requests.get(source.url, headers=source.headers, timeout=5)
    assert (got.status_code, got.content) == (200, FILES["image/png"])
    for hidden in PLATFORMS[name].secret_fields:
        assert ours.credentials.get(hidden, "nothing") not in repr(source)


@pytest.mark.parametrize(
    ("host", "fetched_by"),
    [
        ("lookaside.fbsbx.com", {"whatsapp", "facebook", "instagram"}),
        ("cdn.fbsbx.com", {"facebook", "instagram"}),
        ("scontent.xx.fbcdn.net", {"facebook", "instagram"}),
        ("scontent-mia3-1.cdninstagram.com", {"facebook", "instagram"}),
        ("api.telegram.org", {"telegram"}),
        ("cdninstagram.com.evil.example", set()),
    ],
)
def test_files_are_fetched_from_where_their_platform_keeps_them(host, fetched_by):
    allowed = {name for name, each in PLATFORMS.items() if any(is_within(host, known) for known in each.file_hosts)}
    assert allowed == fetched_by
