"""Edits, deletions, reactions and receipts of messages: in any order, and also before the message itself."""

import itertools

import pytest
from django.utils import timezone

from conversations.models import Conversation, Message, SearchTerm
from conversations.tasks import acknowledge
from conversations.tests.test_ingest import outbound, states
from integrations.models import InboundEvent
from integrations.tasks import receive
from integrations.tests.wire import telegram_text, whatsapp_status, whatsapp_text, whatsapp_value

pytestmark = pytest.mark.django_db(transaction=True)
PRICING = {"billable": True, "pricing_model": "PMP", "category": "service"}


numbers = itertools.count(1)


def event(kind, *, at=1790416900, **body):
    change = whatsapp_text("", message_id=f"wamid.X{next(numbers)}", at=at)
    change["value"]["messages"][0].update(type=kind, **{kind: body})
    return change


def edit(text, **when):
    return event("edit", original_message_id="wamid.A", message={"type": "text", "text": {"body": text}}, **when)


def react(emoji, **when):
    return event("reaction", message_id="wamid.A", emoji=emoji, **when)


def revoke(**when):
    return event("revoke", original_message_id="wamid.A", **when)


def again():
    InboundEvent.objects.filter(state="parked").update(next_at=timezone.now())
    receive()


def terms():
    return set(SearchTerm.objects.values_list("term", flat=True))


def test_an_edit_changes_the_text_what_the_list_shows_and_what_a_search_finds(wire, shop):
    wire.says("Quiero rosas blancas", message_id="wamid.A", name="Blancas")
    wire.says("Y rosas rojas", name="Blancas")
    wire.whatsapp(edit("Quiero lirios"))
    message = Message.objects.get(external_id="wamid.A")
    assert (message.content, message.metadata) == ("Quiero lirios", {"edited_at": "2026-09-26T10:01:40+00:00"})
    assert {"quiero", "lirios", "rosas", "rojas", "blancas"} <= terms()
    assert Conversation.objects.get().last_message == "Y rosas rojas"
    wire.whatsapp(revoke())
    assert "lirios" not in terms()
    assert (Message.objects.count(), Conversation.objects.get().turn) == (2, 2)


def test_an_edit_of_the_newest_message_shows_in_the_list(wire, bot):
    wire.telegram_says("Hola", chat=7777, message_id=5)
    written = telegram_text("Hola, ¿abren?", chat=7777, message_id=5)
    written["edited_message"] = {**written.pop("message"), "edit_date": 1790416900}
    wire.telegram(written)
    assert (Message.objects.get().content, Conversation.objects.get().last_message) == ("Hola, ¿abren?",) * 2


@pytest.mark.parametrize(
    ("early", "content", "facts"),
    [
        (edit("Hola, ¿abren?"), "Hola, ¿abren?", {"edited_at"}),
        (revoke(), "[mensaje eliminado]", {"deleted_at"}),
        (react("👍"), "Hola", {"reactions", "reacted_at"}),
    ],
)
def test_what_comes_before_its_message_waits_for_it(wire, shop, early, content, facts):
    wire.whatsapp(early)
    assert (states(), Message.objects.count()) == (["parked"], 0)
    wire.says("Hola", message_id="wamid.A")
    again()
    message = Message.objects.get()
    assert (states(), message.content, set(message.metadata)) == (["done", "done"], content, facts)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_newest_edit_and_reaction_hold_in_whatever_order_they_come(wire, shop, order):
    wire.says("uno", message_id="wamid.A")
    changes = [edit("dos", at=1790416910), edit("tres", at=1790416920), edit("cuatro", at=1790416930)]
    reactions = [react("👍", at=1790416910), react("", at=1790416920), react("❤️", at=1790416930)]
    wire.whatsapp(*(changes[place] for place in order), *(reactions[place] for place in order))
    message = Message.objects.get()
    assert (message.content, message.metadata["reactions"]) == ("cuatro", {"user": "❤️"})


def test_what_was_taken_back_stays_so(wire, shop):
    wire.says("uno", message_id="wamid.A")
    wire.whatsapp(revoke(), edit("dos", at=1790417000))
    assert Message.objects.get().content == "[mensaje eliminado]"


def test_each_side_has_one_emoji_and_takes_away_its_own(wire, shop):
    wire.says("Hola", message_id="wamid.A", contact="5215559999")

    def echoed(emoji, at):
        echo = {"from": "5215550001", "to": "5215559999", "id": f"wamid.E{at}", "timestamp": str(at)}
        echo |= {"type": "reaction", "reaction": {"message_id": "wamid.A", "emoji": emoji}}
        return {**whatsapp_value({"message_echoes": [echo]}), "field": "smb_message_echoes"}

    wire.whatsapp(react("👍"), echoed("🙏", 1790416901))
    assert Message.objects.get().metadata["reactions"] == {"user": "👍", "agent": "🙏"}
    wire.whatsapp(echoed("", 1790416902))
    assert Message.objects.get().metadata["reactions"] == {"user": "👍"}
    assert (Conversation.objects.get().ai_state, Conversation.objects.get().turn) == ("ai", 1)


@pytest.mark.parametrize("order", list(itertools.permutations(["sent", "delivered", "played"])))
def test_a_receipts_price_and_playing_are_kept_in_whatever_order_they_come(wire, shop, order):
    wire.says("Hola")
    message = outbound(Conversation.objects.get())
    for status in order:
        more = {"pricing": PRICING} if status == "sent" else {}
        wire.whatsapp(whatsapp_status("wamid.OUT1", status, **more))
    message.refresh_from_db()
    assert message.status == "read"
    assert message.metadata == {"pricing": PRICING, "played_at": "2026-09-26T10:01:40+00:00"}


def test_a_tap_on_a_button_is_acknowledged(wire, bot, sandbox):
    sender = {"id": 7777, "is_bot": False, "first_name": "Eva"}
    wire.telegram({"update_id": 88, "callback_query": {"id": "4400", "from": sender, "data": "yes"}})
    assert Message.objects.get().metadata == {"payload": "yes", "callback_query_id": "4400"}
    assert acknowledge(str(Message.objects.get().id)) is True
    bot.credentials = {**bot.credentials, "bot_token": "7001:badtoken"}
    bot.save()
    assert acknowledge(str(Message.objects.get().id)) is False  # and nothing is lost by it
