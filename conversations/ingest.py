"""What the platforms report, one conversation at a time. Registered with integrations.inbound."""

import uuid
from collections.abc import Sequence

from django.db import IntegrityError
from django.utils import timezone

from accounts import stream
from conversations.actions.amendments import apply_deletion, apply_edit, apply_reaction
from conversations.actions.contacts import find_conversation, move_contact
from conversations.actions.messages import note_reaction, receive_message, record_echo
from conversations.actions.reach import note_reachability
from conversations.actions.statuses import apply_receipt, apply_watermark
from conversations.actions.threads import lock_conversation
from conversations.models import Message
from conversations.profiles import wants_profile
from conversations.tasks import BELL_SLACK, acknowledge, answer, fetch, look_up_profile, prune_files
from flame.lib.doorbell import ring_on_commit
from integrations.actions import OF_THE_ACCOUNT, report_error
from integrations.inbound import Outcome
from integrations.models import Integration
from integrations.platforms.base import (
    AccountBlocked,
    Contact,
    ContactChange,
    Deletion,
    Echo,
    Edit,
    Ignored,
    InboundEvent,
    InboundMessage,
    PlatformError,
    Reachability,
    Reaction,
    StatusUpdate,
)
from integrations.registry import PLATFORMS


class Missing(Exception):
    """The message that an event is about is not here yet."""


def handle_inbound(integration: Integration, items: Sequence[Sequence[InboundEvent]]) -> list[Outcome | Exception]:
    """One outcome per item; each item holds or is undone as a whole. Called inside a transaction."""
    with stream.gathered():
        return [handle_item(integration, events) for events in items]


def handle_item(integration: Integration, events: Sequence[InboundEvent]) -> Outcome | Exception:
    try:
        with stream.gathered():
            for event in events:
                handle_event(integration, event)
    except Missing:
        return Outcome.PARKED
    except Exception as error:  # noqa: BLE001 - whatever an item does, its neighbours go on and it is kept with its cause
        return error
    return Outcome.DONE


def handle_event(integration: Integration, event: InboundEvent) -> None:
    match event:
        case InboundMessage():
            store_message(integration, event)
        case StatusUpdate():
            store_receipt(integration, event)
        case Echo():
            store_echo(integration, event)
        case Edit():
            apply_edit(find_held(integration, event.external_id), event)
        case Deletion():
            apply_deletion(find_held(integration, event.external_id), event)
            ring_on_commit(prune_files)
        case Reaction():
            apply_reaction(find_held(integration, event.external_id), event)
            if event.opens_window:
                note_contact(integration, event)
        case ContactChange() | Reachability():
            note_contact(integration, event)
        case AccountBlocked() | Ignored():
            pass


def note_contact(integration: Integration, event: ContactChange | Reachability | Reaction) -> None:
    conversation = find_conversation(integration, event.contact)
    if conversation is None:
        return
    match event:
        case Reachability():
            note_reachability(conversation, event)
        case Reaction():
            note_reaction(conversation, event)
        case ContactChange():
            move_contact(conversation, event.contact)


def store_message(integration: Integration, inbound: InboundMessage) -> None:
    try:
        with stream.gathered():
            message = receive_message(integration, inbound)
    except IntegrityError:
        # The constraint is the judge of a duplicate, under whichever event key it came; anything else is an error.
        if not Message.objects.filter(integration=integration, external_id=inbound.external_id).exists():
            raise
        return
    ring_for_files(message)
    if PLATFORMS[integration.platform].acknowledgement(integration.account(), message.metadata or {}):
        ring_on_commit(acknowledge, str(message.id))
    if wants_profile(message.conversation):
        ring_on_commit(look_up_profile, str(message.conversation_id))
    due = message.conversation.answer_due_at
    if due is not None:
        wait = max((due - timezone.now()).total_seconds(), 0) + BELL_SLACK
        ring_on_commit(answer, str(message.conversation_id), countdown=wait)


def ring_for_files(message: Message) -> None:
    if (message.metadata or {}).get("attachments"):
        ring_on_commit(fetch)


def store_receipt(integration: Integration, receipt: StatusUpdate) -> None:
    if receipt.external_id:
        apply_receipt(find(integration, receipt.external_id, receipt.client_ref), receipt)
        if receipt.error and receipt.error["class"] in OF_THE_ACCOUNT:
            error = receipt.error
            report_error(integration, PlatformError(error["class"], error["code"], error["message"]))
    elif conversation := find_conversation(integration, Contact(receipt.recipient)):
        apply_watermark(conversation, receipt)


def store_echo(integration: Integration, echo: Echo) -> None:
    """Ours comes back as a receipt; one that we never sent was written in the platform's own app."""
    try:
        message = find(integration, echo.external_id, echo.client_ref)
    except Missing:
        unconfirmed = find_unconfirmed(integration, echo)
        if unconfirmed is None:
            ring_for_files(record_echo(integration, echo))
            return
        message = unconfirmed
    apply_receipt(message, StatusUpdate(echo.external_id, "sent", echo.occurred_at))


def find_unconfirmed(integration: Integration, echo: Echo) -> Message | None:
    """Where an echo does not repeat our id, what we have on the wire with the same words: it can be here before our
    request is answered, and it is the only news of one whose answer was lost.
    """
    conversation = None
    if not PLATFORMS[integration.platform].capabilities.echoes_ref:
        conversation = find_conversation(integration, echo.contact)
    if conversation is None:
        return None
    return conversation.messages.unconfirmed(echo.text, echo.type).order_by("sequence").first()


def find(integration: Integration, external_id: str, client_ref: str = "") -> Message:
    """Our message by the platform's id, else by the id of ours that the platform repeats. Raises Missing."""
    ours = Message.objects.filter(integration=integration).select_related("conversation")
    message = ours.filter(external_id=external_id).first()
    if message is None and (reference := as_uuid(client_ref)):
        message = ours.filter(pk=reference).first()
    if message is None:
        raise Missing(external_id)
    return message


def find_held(integration: Integration, external_id: str) -> Message:
    """The message, with its thread locked before it. Raises Missing."""
    found = find(integration, external_id)
    found.conversation = lock_conversation(found.conversation_id)
    found.refresh_from_db(fields=["content", "metadata"])
    return found


def as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
