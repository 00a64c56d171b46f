"""A message's status only climbs, whoever reports it and in whatever order."""

from datetime import datetime
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Coalesce

from accounts.stream import SYSTEM
from conversations.actions.announce import announce_message
from conversations.actions.reach import note_refusal
from conversations.models import Conversation, Message
from conversations.models.messages import MessageQuerySet
from integrations.platforms.base import StatusUpdate

Status = Message.Status

BELOW: dict[str, list[str]] = {
    Status.SENT: [Status.QUEUED, Status.SENDING],
    Status.DELIVERED: [Status.QUEUED, Status.SENDING, Status.SENT],
    Status.READ: [Status.QUEUED, Status.SENDING, Status.SENT, Status.DELIVERED],
    # A message that someone received did not fail, whatever a late receipt says.
    Status.FAILED: [Status.QUEUED, Status.SENDING, Status.SENT],
}
"""The statuses that each one replaces (WhatsApp, "Message status")."""

CLOCKS = {Status.SENT: "sent_at", Status.DELIVERED: "delivered_at", Status.READ: "read_at", Status.FAILED: "failed_at"}
LASTING = {"permanent", "recipient", "needs_template"}
"""Classes of errors that a second try would meet again."""
SETTLED: dict[str, Any] = {"lease": None, "next_attempt_at": None}


def climb(message: Message, status: str, at: datetime, **fields: Any) -> bool:
    """Raise the status by one conditional UPDATE and announce it; False when the message is already there or beyond."""
    clocks: dict[str, Any] = {CLOCKS[Status(status)]: at}
    if status in {Status.DELIVERED, Status.READ}:  # receipts overtake each other, and some never come
        clocks["sent_at"] = Coalesce(F("sent_at"), Value(at))
    raised = Message.objects.filter(pk=message.pk, status__in=BELOW[status]).update(
        status=status, **clocks, **SETTLED, **fields
    )
    if raised:
        message.refresh_from_db()
        announce_message("updated", message, message.conversation, SYSTEM)
    return bool(raised)


def apply_receipt(message: Message, receipt: StatusUpdate) -> bool:
    """What the platform reports of a message of ours, which may be the first that we hear of its id."""
    fields: dict[str, Any] = {}
    if message.external_id is None:
        fields["external_id"] = receipt.external_id
    metadata = {key: value for key, value in (message.metadata or {}).items() if key != "error"}
    metadata.update(receipt.metadata)
    if receipt.error:
        metadata["error"] = {**receipt.error, "retryable": receipt.error["class"] not in LASTING}
        if message.status in BELOW[Status.FAILED]:
            note_refusal(message, receipt.error["class"])
    if receipt.covers_earlier:
        climb_all(message.conversation.messages.filter(sequence__lt=message.sequence), receipt)
    if climb(message, receipt.status, receipt.occurred_at, metadata=metadata, **fields):
        return True
    add_facts(message, receipt.metadata)
    return False


def add_facts(message: Message, facts: dict[str, Any]) -> None:
    """What an overtaken receipt tells besides its status: a price, that a voice note was played."""
    known = message.metadata or {}
    if facts.keys() - known.keys():
        message.metadata = {**facts, **known}
        message.save(update_fields=["metadata"])
        announce_message("updated", message, message.conversation, SYSTEM)


def apply_watermark(conversation: Conversation, receipt: StatusUpdate) -> None:
    """Messenger's receipts name no message: they hold for everything that was sent until then.

    By Meta's clock, which dates a message before its answer reaches us: `sent_at` would be too late.
    """
    left_at = Coalesce("wire_at", "sent_at")
    climb_all(conversation.messages.alias(left_at=left_at).filter(left_at__lte=receipt.occurred_at), receipt)


def climb_all(messages: MessageQuerySet, receipt: StatusUpdate) -> None:
    """Those of them that the platform is known to have; it says nothing of one that it may never have got."""
    ours = messages.outbound().filter(status__in={Status.SENT, Status.DELIVERED}.intersection(BELOW[receipt.status]))
    for message in ours.select_related("conversation").order_by("sequence"):
        climb(message, receipt.status, receipt.occurred_at)
