"""`manage.py simulate` against a real sandbox process; whoever takes the webhook answers like the server would."""

import io
import json
import threading

import pytest
import requests
from django.core.management import CommandError, call_command

ANA = "5215550142"


@pytest.fixture
def server(sandbox, receiver):
    """Answers every customer with what `server.reply` says; "" keeps still."""
    sandbox.register("whatsapp", "2007", "secret", receiver.url)
    sandbox.register("telegram", "7001", "secret", receiver.url)
    sandbox.set_delays(sent=0, delivered=0.05, read=0.1)
    receiver.reply = "A las diez."
    ended = threading.Event()

    def answer():
        seen = 0
        while not ended.wait(0.02):
            for body in receiver.bodies()[seen:]:
                seen += 1
                if receiver.reply:
                    reply(sandbox.url, body, receiver.reply)

    thread = threading.Thread(target=answer)
    thread.start()
    yield receiver
    ended.set()
    thread.join()


def reply(url, body, text):
    if "update_id" in body:
        call = "telegram/bot7001:AA/sendMessage"
        content = {"chat_id": body["message"]["chat"]["id"], "text": text}
    elif "messages" in body["entry"][0]["changes"][0]["value"]:
        call = "graph/v26.0/2007/messages"
        content = {"messaging_product": "whatsapp", "to": ANA, "type": "text", "text": {"body": text}}
    else:
        return
    requests.post(f"{url}/{call}", json=content, headers={"Authorization": "Bearer t"}, timeout=5)


def simulate(sandbox, *arguments):
    out = io.StringIO()
    call_command("simulate", *arguments, url=sandbox.url.removesuffix("/sandbox"), stdout=out)
    return out.getvalue()


def test_the_conversation_is_shown_as_it_goes_on(sandbox, server):
    lines = simulate(sandbox, "whatsapp", f"+{ANA}", "¿A qué hora abren?").splitlines()
    shown = [line[10:] for line in lines]
    assert shown[:2] == [f"{ANA}: ¿A qué hora abren?", "reply: A las diez."]
    assert shown[-1] == "  ✓✓ read"


def test_without_receipts_a_sent_reply_is_the_end(sandbox, server):
    lines = simulate(sandbox, "telegram", "70001", "¿A qué hora abren?").splitlines()
    assert [line[10:] for line in lines] == ["70001: ¿A qué hora abren?", "reply: A las diez.", "  ✓ sent"]


def test_only_what_is_new_is_told_as_json(sandbox, server):
    simulate(sandbox, "telegram", "70001", "antes")
    report = json.loads(simulate(sandbox, "telegram", "70001", "mensaje {n}", "--count=2", "--every=0.1", "--json"))
    assert (report["account_key"], report["replied"]) == ("7001", True)
    texts = [line["text"] for line in report["lines"]]
    assert sorted(texts) == ["A las diez.", "A las diez.", "mensaje 1", "mensaje 2"]


def test_no_reply_is_an_error(sandbox, server):
    server.reply = ""
    with pytest.raises(CommandError, match=r"No reply came within 0\.3 seconds\."):
        simulate(sandbox, "whatsapp", ANA, "Hola", "--wait=0.3")


def test_a_reply_that_fails_is_an_error(sandbox, server):
    sandbox.add_fault(statuses="failed")
    with pytest.raises(CommandError, match="The reply was not delivered"):
        simulate(sandbox, "whatsapp", ANA, "Hola")


def test_a_refused_webhook_is_an_error(sandbox, server):
    server.statuses = [403]
    with pytest.raises(CommandError, match="The server answered the webhook with 403"):
        simulate(sandbox, "whatsapp", ANA, "Hola")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("myspace", "1", "x"), "No connected account of the platform 'myspace'; connected: telegram, whatsapp."),
        (("whatsapp", "a/b", "x"), "'a/b' is neither a phone number nor an id of a customer."),
        (("whatsapp", "1", "x", "--account=9"), "No whatsapp account 9 is registered."),
    ],
)
def test_what_cannot_be_is_said_plainly(sandbox, server, arguments, reason):
    with pytest.raises(CommandError) as refusal:
        simulate(sandbox, *arguments)
    assert str(refusal.value) == reason
    assert server.got == []


def test_a_server_that_is_not_there_is_said_plainly(unused_tcp_port):
    with pytest.raises(CommandError, match=f"No demo server answers at http://127.0.0.1:{unused_tcp_port}: start it"):
        call_command("simulate", "whatsapp", ANA, "Hola", url=f"http://127.0.0.1:{unused_tcp_port}")


def test_a_trouble_of_the_webhooks_is_ordered_by_its_name(sandbox, server):
    simulate(sandbox, "whatsapp", ANA, "Hola {n}", "--chaos", "reordering")
    texts = [
        message["text"]["body"]
        for body in server.bodies()
        for message in body["entry"][0]["changes"][0]["value"].get("messages", [])
    ]
    assert texts == ["Hola 3", "Hola 2", "Hola 1"]


def test_a_trouble_of_the_answers_is_ordered_by_its_name(sandbox, server):
    with pytest.raises(CommandError, match="No reply came"):
        simulate(sandbox, "whatsapp", ANA, "Hola", "--chaos", "expired-token", "--wait", "0.3")
    assert sandbox.sent() == []
