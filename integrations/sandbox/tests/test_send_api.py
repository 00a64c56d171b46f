"""Messenger and Instagram as the sandbox plays them, over HTTP as any client would."""

import pytest
import requests

PAGE, ACCOUNT = "700100200300", "17841400900800"
SURFACES = {
    "facebook": (f"graph/v26.0/{PAGE}", f"page-token-{PAGE}", PAGE),
    "instagram": (f"instagram/v26.0/{ACCOUNT}", f"instagram-token-{ACCOUNT}", ACCOUNT),
}
HELLO = {"recipient": {"id": "5123"}, "messaging_type": "RESPONSE", "message": {"text": "Hola"}}


@pytest.fixture(params=SURFACES)
def platform(request):
    return request.param


def call(sandbox, platform, path="/messages", json=None, method="POST", **query):
    base, token, _ = SURFACES[platform]
    url = f"{sandbox.url}/{path if path.startswith(('graph', 'instagram')) else base + path}"
    answer = requests.request(method, url, json=json, params={**query, "access_token": token}, timeout=10)
    return answer.status_code, answer.json()


def test_an_accepted_message_is_echoed_and_read(sandbox, receiver, platform):
    account = SURFACES[platform][2]
    sandbox.register(platform, account, "s", receiver.url)
    sandbox.set_delays()
    status, body = call(sandbox, platform, json={**HELLO, "message": {"text": "Hola", "metadata": "ref"}})
    assert (status, body["recipient_id"]) == (200, "5123")
    receiver.wait_for(3 if platform == "facebook" else 2)
    events = [entry["messaging"][0] for hook in receiver.bodies() for entry in hook["entry"]]
    echo = events[0]["message"]
    assert (echo["mid"], echo["text"], echo["is_echo"], events[0]["sender"]) == (
        body["message_id"],
        "Hola",
        True,
        {"id": account},
    )
    assert echo.get("metadata") == ("ref" if platform == "facebook" else None)
    assert [key for event in events[1:] for key in ("delivery", "read") if key in event] == (
        ["delivery", "read"] if platform == "facebook" else ["read"]
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"message": {"text": "x"}, "recipient": {}}, "The parameter recipient is required"),
        ({**HELLO, "message": {"text": " "}}, "Empty message"),
        ({**HELLO, "message": {"text": "ñ" * 2001}}, "Length of param message[text]"),
        ({**HELLO, "reply_to": {"mid": ""}}, "reply_to[mid]"),
        (
            {**HELLO, "message": {"text": "x", "quick_replies": [{"content_type": "text", "title": "x" * 21}]}},
            "1 to 20 characters",
        ),
        (
            {**HELLO, "message": {"text": "x", "quick_replies": [{"content_type": "text", "title": "x"}] * 14}},
            "At most 13",
        ),
    ],
)
def test_what_the_send_api_would_not_take_is_refused_and_not_sent(sandbox, platform, body, reason):
    status, answer = call(sandbox, platform, json=body)
    assert (status, answer["error"]["code"]) == (400, 100)
    assert reason in answer["error"]["message"]
    assert sandbox.sent() == []


def test_instagram_counts_bytes(sandbox):
    assert call(sandbox, "instagram", json={**HELLO, "message": {"text": "ñ" * 500}})[0] == 200
    assert call(sandbox, "instagram", json={**HELLO, "message": {"text": "ñ" * 500 + "x"}})[0] == 400


def test_an_action_goes_alone_and_marks_what_was_read(sandbox, receiver, platform):
    account = SURFACES[platform][2]
    sandbox.register(platform, account, "s", receiver.url)
    sandbox.write(platform, "5123", "¿Abren?")
    assert call(sandbox, platform, json={**HELLO, "sender_action": "typing_on"})[0] == 400
    seen = {"recipient": {"id": "5123"}, "sender_action": "mark_seen"}
    assert call(sandbox, platform, json=seen) == (200, {"recipient_id": "5123"})
    assert [line["status"] for line in sandbox.chat(platform, account, "5123")["lines"]] == ["read"]


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ({"attachments": [{"type": "image", "payload": {"url": "https://x/1.jpg"}}]}, "[imagen]"),
        ({"text": "Sí", "quick_reply": {"payload": "YES"}}, "Sí"),
        ({"postback": {"title": "Empezar", "payload": "GO"}}, "Empezar"),
        ({"reaction": {"mid": "m_1", "action": "react", "emoji": "❤"}}, None),
        ({"message_edit": {"mid": "m_1", "text": "Otra"}}, None),
        ({"message": {"mid": "m_1", "is_deleted": True}}, None),
        ({"message": {"text": "Desde la bandeja", "is_echo": True}}, None),
    ],
)
def test_a_customer_does_whatever_the_platform_lets_them(sandbox, receiver, platform, content, shown):
    account = SURFACES[platform][2]
    sandbox.register(platform, account, "s", receiver.url)
    [message] = sandbox.write(platform, "5123", content=content)
    assert message["statuses"] == [200]
    [event] = receiver.bodies()[0]["entry"][0]["messaging"]
    from_us = content.get("message", {}).get("is_echo", False)
    assert event["sender" if from_us else "recipient"] == {"id": account}
    lines = [line["text"] for line in sandbox.chat(platform, account, "5123")["lines"]]
    assert lines == ([shown] if shown else [])


def test_a_profile_is_known_of_who_wrote_and_of_nobody_else(sandbox, receiver, platform):
    sandbox.register(platform, SURFACES[platform][2], "s", receiver.url)
    sandbox.write(platform, "5123", "Hola", name="Eva Ruiz")
    surface = f"{SURFACES[platform][0].rpartition('/')[0]}"
    fields = "first_name,last_name,name" if platform == "facebook" else "name,username"
    assert call(sandbox, platform, f"{surface}/5123", method="GET", fields=fields)[1]["name"] == "Eva Ruiz"
    status, body = call(sandbox, platform, f"{surface}/404404", method="GET", fields="first_name")
    assert (status, body["error"]["code"]) == (400, 100)
