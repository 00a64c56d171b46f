import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Event
from conversations.models import Conversation, Message
from integrations import inbound
from integrations.models import InboundEvent
from integrations.tasks import prune, receive
from integrations.tests.wire import whatsapp_body, whatsapp_status, whatsapp_text

pytestmark = pytest.mark.django_db(transaction=True)


def states():
    return list(InboundEvent.objects.order_by("id").values_list("state", flat=True))


def events():
    return list(Event.objects.order_by("seq").values_list("seq", "type"))


def outbound(conversation, **fields):
    conversation.last_sequence += 1
    conversation.save()
    defaults = {"sender": "agent", "content": "Abrimos a las 9", "status": "sent", "external_id": "wamid.OUT1"}
    return Message.objects.create(
        conversation=conversation,
        integration=conversation.integration,
        sequence=conversation.last_sequence,
        **{**defaults, **fields},
    )


def test_a_first_message_opens_a_thread_and_announces_it(wire, shop):
    wire.says("Hola", contact="5215559999", name="Eva", message_id="wamid.A")
    conversation = Conversation.objects.get()
    assert (conversation.user_id, conversation.platform, conversation.status) == (shop.user_id, "whatsapp", "active")
    assert (conversation.contact_name, conversation.contact_external_id) == ("Eva", "5215559999")
    assert (conversation.last_message, conversation.unread_count) == ("Hola", 1)
    assert conversation.last_inbound_at == datetime.fromtimestamp(1790416800, UTC)
    message = conversation.messages.get()
    assert (message.content, message.sender, message.sequence, message.external_id) == ("Hola", "user", 1, "wamid.A")
    assert events() == [(1, "conversation.created"), (2, "message.created"), (3, "conversation.updated")]
    assert states() == ["done"]


def test_messages_of_a_thread_keep_the_platforms_order_without_holes(wire, shop):
    wire.whatsapp(*(whatsapp_text(f"m{n}") for n in range(12)))
    wire.says("m12")
    assert list(Message.objects.order_by("sequence").values_list("sequence", "content")) == [
        (n + 1, f"m{n}") for n in range(13)
    ]
    assert Conversation.objects.get().unread_count == 13
    assert [seq for seq, _ in events()] == list(range(1, len(events()) + 1))


def test_one_platform_id_is_one_message_under_whatever_event_key_it_came(wire, shop):
    wire.says("Hola", message_id="wamid.A")
    before = events()
    InboundEvent.objects.update(event_key="m:another")
    wire.says("Hola", message_id="wamid.A")
    assert Message.objects.count() == 1
    assert Conversation.objects.get().unread_count == 1
    assert events() == before
    assert states() == ["done", "done"]


def test_a_customer_who_comes_back_reopens_the_thread_for_the_assistant(wire, shop):
    wire.says("Hola")
    Conversation.objects.update(status="resolved", ai_state="human", resolved_at=timezone.now())
    wire.says("Otra cosa")
    conversation = Conversation.objects.get()
    assert (conversation.status, conversation.ai_state, conversation.resolved_at) == ("active", "ai", None)
    assert "conversation.status_changed" in [type_ for _, type_ in events()]


def test_two_contacts_have_two_threads(wire, shop):
    wire.whatsapp(whatsapp_text("a", contact="5215550001"), whatsapp_text("b", contact="5215550002"))
    assert set(Conversation.objects.values_list("contact_external_id", flat=True)) == {"5215550001", "5215550002"}


@pytest.mark.parametrize("order", list(itertools.permutations(["sent", "delivered", "read"])))
def test_receipts_only_climb_in_whatever_order_they_come(wire, shop, order):
    wire.says("Hola")
    message = outbound(Conversation.objects.get(), status="sending")
    for status in order:
        wire.whatsapp(whatsapp_status("wamid.OUT1", status))
    message.refresh_from_db()
    assert message.status == "read"
    assert message.sent_at is not None


def test_a_failed_receipt_says_why_and_a_later_one_cannot_undo_a_delivery(wire, shop):
    wire.says("Hola")
    error = {"code": 131047, "title": "Re-engagement message", "error_data": {"details": "More than 24 hours"}}
    lost = outbound(Conversation.objects.get(), external_id="wamid.LOST")
    read = outbound(Conversation.objects.get(), external_id="wamid.READ", status="read")
    wire.whatsapp(whatsapp_status("wamid.LOST", "failed", errors=[error]))
    wire.whatsapp(whatsapp_status("wamid.READ", "failed", errors=[error]))
    lost.refresh_from_db()
    read.refresh_from_db()
    assert (lost.status, lost.metadata["error"]["class"]) == ("failed", "needs_template")
    assert (read.status, read.metadata) == ("read", {})


def test_an_early_receipt_waits_for_its_message(wire, shop):
    wire.says("Hola")
    wire.whatsapp(whatsapp_status("wamid.OUT1", "delivered"))
    assert states() == ["done", "parked"]
    message = outbound(Conversation.objects.get())
    InboundEvent.objects.update(next_at=timezone.now())
    receive()
    message.refresh_from_db()
    assert (message.status, states()) == ("delivered", ["done", "done"])


def test_a_receipt_for_a_message_that_never_comes_is_let_go_after_a_day(wire, shop):
    wire.whatsapp(whatsapp_status("wamid.OTHER", "delivered"))
    old = timezone.now() - timedelta(hours=25)
    InboundEvent.objects.update(received_at=old, next_at=old)
    receive()
    assert list(InboundEvent.objects.values_list("state", "error")) == [("ignored", "Its message never came.")]


def test_events_are_forgotten_when_they_were_dealt_with_long_ago_but_not_the_dead(wire, shop):
    wire.whatsapp(*(whatsapp_text(f"m{n}") for n in range(3)))
    first, second, _ = InboundEvent.objects.order_by("id")
    long_ago = timezone.now() - timedelta(days=31)
    InboundEvent.objects.filter(pk__in=[first.pk, second.pk]).update(received_at=long_ago)
    InboundEvent.objects.filter(pk=first.pk).update(state="dead")
    assert prune() == 1
    assert states() == ["dead", "done"]


def test_our_own_reference_settles_a_send_whose_answer_was_lost(wire, shop):
    wire.says("Hola")
    message = outbound(Conversation.objects.get(), status="sending", external_id=None)
    wire.whatsapp(whatsapp_status("wamid.NEW", "sent", ref=message.id))
    message.refresh_from_db()
    assert (message.status, message.external_id, message.next_attempt_at) == ("sent", "wamid.NEW", None)


def test_a_reference_of_another_account_moves_nothing(wire, shop, bot):
    wire.telegram_says("Hola")
    message = outbound(Conversation.objects.get(), status="sending", external_id=None)
    wire.whatsapp(whatsapp_status("wamid.NEW", "sent", ref=message.id))
    message.refresh_from_db()
    assert (message.status, message.external_id) == ("sending", None)


def test_an_account_that_is_not_connected_takes_nothing_in(wire, shop):
    shop.status = "inactive"
    shop.save()
    wire.says("Hola")
    assert Conversation.objects.count() == 0
    assert list(InboundEvent.objects.values_list("state", "error")) == [
        ("ignored", "No connected integration has this account.")
    ]


def test_an_account_in_error_still_takes_its_customers_in(wire, shop):
    shop.status = "error"
    shop.save()
    wire.says("Hola")
    assert Message.objects.count() == 1


def test_an_item_that_names_no_customer_is_kept_aside_and_its_neighbours_go_on(wire, shop):
    broken = whatsapp_text("dos")
    del broken["value"]["messages"][0]["from"]
    broken["value"]["contacts"] = []
    wire.whatsapp(whatsapp_text("uno"), broken, whatsapp_text("tres"))
    assert states() == ["done", "ignored", "done"]
    assert InboundEvent.objects.get(state="ignored").error == "Malformed: it names no customer"
    assert list(Message.objects.order_by("sequence").values_list("content", flat=True)) == ["uno", "tres"]


def test_an_item_that_ends_the_process_is_tried_alone_and_buried(wire, shop, monkeypatch):
    real = inbound.receiver()

    class Killed(BaseException):
        pass

    def receiver(integration, items):
        if any(event.text == "veneno" for events in items for event in events):
            raise Killed
        return real(integration, items)

    monkeypatch.setattr(inbound, "_receivers", [receiver])
    wire.post("whatsapp", whatsapp_body(whatsapp_text("uno"), whatsapp_text("veneno"), whatsapp_text("tres")))
    for _ in range(6):
        InboundEvent.objects.filter(state="pending").update(next_at=timezone.now())
        try:
            receive()
        except Killed:
            continue
    assert states() == ["done", "dead", "done"]
    assert list(Message.objects.order_by("sequence").values_list("content", flat=True)) == ["uno", "tres"]


def test_an_item_in_another_workers_hands_holds_up_its_thread_only(wire, shop):
    wire.post("whatsapp", whatsapp_body(whatsapp_text("uno", contact="5215550001")))
    InboundEvent.objects.update(attempts=1, next_at=timezone.now() + timedelta(seconds=10))
    wire.whatsapp(whatsapp_text("dos", contact="5215550001"), whatsapp_text("otra", contact="5215550002"))
    assert list(Message.objects.values_list("content", flat=True)) == ["otra"]
    InboundEvent.objects.update(next_at=timezone.now())
    receive()
    first = Message.objects.filter(conversation__contact_external_id="5215550001")
    assert list(first.order_by("sequence").values_list("content", flat=True)) == ["uno", "dos"]


def test_a_message_without_a_sane_time_has_that_of_its_receipt(wire, shop):
    wire.says("Hola", at="soon")
    received = InboundEvent.objects.get().received_at
    assert (Message.objects.get().occurred_at, Conversation.objects.get().last_inbound_at) == (received, received)


def test_what_meta_says_of_the_account_is_kept_for_its_staff(wire, shop):
    value = {"display_phone_number": "5215550001", "event": "DOWNGRADE", "current_limit": "TIER_1K"}
    wire.whatsapp({"field": "phone_number_quality_update", "value": value})
    kept = InboundEvent.objects.get()
    assert (kept.account_key, kept.state) == (shop.parent_key, "ignored")
    told = "event DOWNGRADE, current_limit TIER_1K, display_phone_number 5215550001"
    assert kept.error == f"WhatsApp phone_number_quality_update: {told}"
    assert Conversation.objects.count() == 0
