import base64

import pytest
import requests

from flame.tests.files import FILES, PNG

MEGABYTE = 1024 * 1024


def graph(sandbox, path, token="EAA-good", method="get", **content):
    url = f"{sandbox.url}/graph/v26.0/{path}"
    return requests.request(method, url, headers={"Authorization": f"Bearer {token}"}, timeout=10, **content)


@pytest.fixture
def sent(sandbox, receiver):
    """A customer's file on WhatsApp, as the webhook names it."""

    def send(content=PNG, **file):
        sandbox.register("whatsapp", "2007", "secret", receiver.url)
        sandbox.send_file("whatsapp", "5215559999", content, account_key="2007", mime="image/png", **file)
        (message,) = receiver.bodies()[-1]["entry"][0]["changes"][0]["value"]["messages"]
        return message["image"]

    return send


def test_a_file_on_whatsapp_takes_two_calls_and_the_token_at_both(sandbox, sent):
    image = sent(caption="Mira")
    assert (image["mime_type"], image["caption"]) == ("image/png", "Mira")
    known = graph(sandbox, image["id"]).json()
    assert (known["id"], known["file_size"], known["messaging_product"]) == (image["id"], str(len(PNG)), "whatsapp")
    assert graph(sandbox, image["id"], token="expired").status_code == 401
    assert requests.get(known["url"], timeout=5).status_code == 401
    assert requests.get(known["url"], headers={"Authorization": "Bearer EAA-good"}, timeout=5).content == PNG


@pytest.mark.parametrize(("fault", "status"), [("dead", 404), ("redirect", 302)])
def test_a_link_can_be_dead_or_lead_astray(sandbox, sent, fault, status):
    url = graph(sandbox, sent(fault=fault)["id"]).json()["url"]
    answer = requests.get(url, headers={"Authorization": "Bearer x"}, timeout=5, allow_redirects=False)
    assert answer.status_code == status


def test_a_file_can_be_huge_and_lie(sandbox, sent):
    image = sent(b"", size=3 * MEGABYTE)
    assert sandbox.file(image["id"]) == (bytes(3 * MEGABYTE), "image/png", "")


def test_a_file_on_telegram_lies_behind_the_token(sandbox, receiver):
    sandbox.register("telegram", "7001", "secret", receiver.url)
    sandbox.send_file("telegram", "7777", PNG, account_key="7001", type="file", mime="image/png", name="a.png")
    document = receiver.bodies()[-1]["message"]["document"]
    assert (document["file_name"], document["file_size"]) == ("a.png", len(PNG))
    base = f"{sandbox.url}/telegram"
    body = {"file_id": document["file_id"]}
    path = requests.post(f"{base}/bot7001:AAgood/getFile", json=body, timeout=5).json()["result"]["file_path"]
    assert requests.get(f"{base}/file/bot7001:AAgood/{path}", timeout=5).content == PNG
    for token in ("bot7001:badtoken", "bot7001:expired", "nonsense"):
        assert requests.get(f"{base}/file/{token}/{path}", timeout=5).status_code == 404
    assert requests.post(f"{base}/bot7001:AAgood/getFile", json={"file_id": "9"}, timeout=5).status_code == 400


@pytest.mark.parametrize("method", ["sendPhoto", "sendDocument", "sendAudio", "sendVoice", "sendVideo"])
def test_a_bot_sends_a_file_beside_its_message(sandbox, method):
    field = method.removeprefix("send").lower()
    content = PNG + b"\r\n--\r\n\x00"
    url = f"{sandbox.url}/telegram/bot7001:AAgood/{method}"
    files = {field: ("ñ.png", content, "image/png")}
    answer = requests.post(url, data={"chat_id": "7777", "caption": "¿Este?"}, files=files, timeout=5)
    assert (answer.status_code, answer.json()["ok"]) == (200, True)
    (accepted,) = sandbox.sent()
    assert (accepted["text"], accepted["contact"]) == ("¿Este?", "7777")
    assert sandbox.file(accepted["files"][0]) == (content, "image/png", "ñ.png")


@pytest.mark.parametrize(
    ("method", "body", "description"),
    [
        ("sendPhoto", {"photo": "http://insecure.example/a.png"}, "wrong file identifier/HTTP URL specified in photo"),
        ("sendPhoto", {"photo": "https://shop.example/a.png", "caption": "x" * 1025}, "message caption is too long"),
        ("sendDocument", {}, "wrong file identifier/HTTP URL specified in document"),
    ],
)
def test_a_file_that_telegram_would_not_take_is_refused(sandbox, method, body, description):
    url = f"{sandbox.url}/telegram/bot7001:AAgood/{method}"
    answer = requests.post(url, json={"chat_id": "7777", **body}, timeout=5)
    assert (answer.status_code, answer.json()["description"]) == (400, f"Bad Request: {description}")
    assert sandbox.sent() == []


@pytest.mark.parametrize(
    ("mime", "content", "code"),
    [
        ("image/png", bytes(5 * MEGABYTE + 1), 131053),
        ("application/octet-stream", b"x", 100),
        ("application/pdf", FILES["application/pdf"], None),
    ],
)
def test_an_upload_to_whatsapp_is_measured(sandbox, mime, content, code):
    form = {"data": {"messaging_product": "whatsapp", "type": mime}, "files": {"file": ("a", content, mime)}}
    answer = graph(sandbox, "2007/media", method="post", **form)
    assert answer.json().get("error", {}).get("code") == code
    if code is None:
        assert sandbox.file(answer.json()["id"])[0] == content


def test_an_upload_without_its_fields_is_refused(sandbox):
    for body in ({"json": {}}, {"files": {"other": b"x"}}, {"data": {"messaging_product": "whatsapp"}}):
        assert graph(sandbox, "2007/media", method="post", **body).json()["error"]["code"] == 100
        assert graph(sandbox, "777/message_attachments", method="post", **body).json()["error"]["code"] == 100


def test_messenger_s_link_is_open_to_everybody_and_on_loopback(sandbox, receiver):
    sandbox.register("facebook", "777", "secret", receiver.url)
    order = {"platform": "facebook", "account_key": "777", "contact": "5123"}
    order["file"] = {"type": "image", "content": base64.b64encode(PNG).decode()}
    by_name = sandbox.url.replace("127.0.0.1", "localhost")
    assert requests.post(f"{by_name}/control/inbound", json=order, timeout=5).status_code == 200
    (attachment,) = receiver.bodies()[-1]["entry"][0]["messaging"][0]["message"]["attachments"]
    assert attachment["payload"]["url"].startswith(f"{sandbox.url}/files/")
    assert requests.get(attachment["payload"]["url"], timeout=5).content == PNG
