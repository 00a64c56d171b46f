"""What the customer is shown beside messages, and that nothing hangs on it."""

import threading

import pytest

from conversations import gestures
from conversations.gestures import shown_typing
from conversations.models import Conversation, Message
from conversations.tasks import show_read
from integrations.tests.wire import whatsapp_text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(gestures, "FIRST_AFTER", 0.0)


def heard(contact="5215559999"):
    return Message.objects.select_related("conversation", "integration").get(sender="user")


def typed(heard):
    """Whoever types has ended."""
    with shown_typing(heard):
        threads = [each for each in threading.enumerate() if each.name == "typing"]
        for thread in threads:
            thread.join(0.5)
    for thread in threads:
        thread.join()


def test_a_customer_on_whatsapp_sees_that_they_were_read(sandbox, wire, shop, client_of, ana):
    [written] = sandbox_text(sandbox, wire)
    conversation = Conversation.objects.get()
    assert client_of(ana).post(f"/api/conversations/{conversation.id}/read").status_code == 200
    assert show_read(str(conversation.id)) is True
    assert [line["status"] for line in sandbox.chat("whatsapp", "2007", "5215559999")["lines"]] == ["read"]
    assert written["id"] == heard().external_id


def test_typing_on_whatsapp_marks_as_read(at_once, sandbox, wire, shop):
    sandbox_text(sandbox, wire)
    typed(heard())
    assert [line["status"] for line in sandbox.chat("whatsapp", "2007", "5215559999")["lines"]] == ["read"]


def test_a_platform_that_refuses_a_gesture_disturbs_nobody(at_once, sandbox, wire, shop):
    wire.whatsapp(whatsapp_text("Hola", message_id="wamid.UNKNOWN"))
    assert show_read(str(Conversation.objects.get().id)) is False
    typed(heard())
    assert sandbox.sent() == []


def test_a_platform_that_is_away_disturbs_nobody(at_once, wire, shop, bot, settings):
    settings.META_GRAPH_BASE_URL = settings.TELEGRAM_API_BASE_URL = "http://127.0.0.1:9"
    wire.telegram_says("Hola")
    typed(heard())
    assert show_read(str(Conversation.objects.get().id)) is False


def test_telegram_shows_typing_and_knows_no_read(at_once, sandbox, wire, bot):
    wire.telegram_says("Hola")
    typed(heard())
    assert show_read(str(Conversation.objects.get().id)) is False


def test_who_answers_soon_is_not_seen_typing(wire, bot, monkeypatch):
    made = []
    monkeypatch.setattr(gestures.outbound, "gesture", lambda *gesture: made.append(gesture))
    wire.telegram_says("Hola")
    with shown_typing(heard()):
        threads = [each for each in threading.enumerate() if each.name == "typing"]
    for thread in threads:
        thread.join()
    assert made == []


def sandbox_text(sandbox, wire):
    """A message that the sandbox remembers, so that it can be read."""
    sandbox.register("whatsapp", "2007", "shop-app-secret", "http://127.0.0.1:9/nowhere")
    written = sandbox.write("whatsapp", "5215559999", "Hola", account_key="2007")
    wire.whatsapp(whatsapp_text("Hola", message_id=written[0]["id"]))
    return written
