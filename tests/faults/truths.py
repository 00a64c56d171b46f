"""What must be true of a house once it is quiet, whatever was done to it (docs/architecture.md, the promises)."""

from collections import Counter

from accounts.models import Event
from tests.faults.databases import ALIAS


def every_message_is_there_once_and_in_order(house, expected):
    """`expected`: {contact: the platform's ids in the order of their sending}."""
    found = {contact: [] for contact in expected}
    inbound = house.messages.filter(sender="user").values_list("conversation__contact_external_id", "external_id")
    for contact, external_id in inbound:
        found[contact].append(external_id)
    wrong = {contact: ids for contact, ids in found.items() if ids != expected[contact]}
    given_up = house.inbox.exclude(state="done").values_list("event_key", "state", "attempts", "error")
    assert not wrong, (list(given_up), wrong)
    assert house.conversations.count() == len(expected)


def numbers_have_no_holes(house):
    for conversation in house.conversations:
        numbers = [message.sequence for message in house.messages.filter(conversation=conversation)]
        assert numbers == list(range(1, len(numbers) + 1)), conversation.contact_external_id
        assert conversation.last_sequence == len(numbers)


def no_item_was_given_up(house):
    assert dict(Counter(house.inbox.values_list("state", flat=True))).keys() <= {"done"}


def each_last_burst_was_answered_once(house, contacts):
    """Or handed over, by one note: on a busy machine one may write on a third time while the assistant thinks."""
    handed_over = 0
    for conversation in house.conversations.filter(contact_external_id__in=contacts):
        last = house.messages.filter(conversation=conversation, sender="user").last()
        said = house.messages.filter(conversation=conversation, sender="assistant")
        answered = list(said.filter(internal=False).values_list("in_reply_to", flat=True))
        assert len(answered) == len(set(answered))
        if conversation.ai_state == "human":
            handed_over += 1
            assert said.filter(internal=True).count() == 1
        else:
            assert answered.count(last.id) == 1, (conversation.contact_external_id, answered)
    assert handed_over <= len(contacts) // 10


def the_wire_saw_each_message_once(house):
    """Nothing twice on any phone, nothing that we did not write, and in the order of the thread.

    A message that was in doubt may come late: after ten seconds the ones after it no longer wait.
    """
    sent = house.sandbox.sent()
    refs = Counter(message["client_ref"] for message in sent if message["platform"] == "whatsapp")
    ours = house.messages.filter(internal=False, conversation__platform="whatsapp").exclude(sender="user")
    assert refs == Counter(str(message.id) for message in ours), [
        (m["contact"], m["client_ref"], m["at"]) for m in sent
    ]
    for conversation in house.conversations.filter(platform="whatsapp"):
        in_thread = [str(message.id) for message in ours.filter(conversation=conversation, attempts=1)]
        on_phone = [m["client_ref"] for m in sent if m["client_ref"] in in_thread]
        assert on_phone == in_thread, conversation.contact_external_id


def events_have_no_holes(house):
    """Answers them by type."""
    events = list(Event.objects.using(ALIAS).order_by("seq"))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    created = Counter(event.data["message"]["id"] for event in events if event.type == "message.created")
    assert created == Counter(str(message.id) for message in house.messages)
    return len(events)
