"""The outbox: queued → sending → sent, or failed, or unknown. Every step is one conditional UPDATE.

A claim holds a lease and a fencing token. `wire_at` is committed before the first byte leaves: a lease that ends
without it was never sent and goes back to the queue; one that ends with it may have been (`actions.unconfirmed`).
"""

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from conversations.actions.announce import announce_message
from conversations.actions.statuses import LASTING, SETTLED
from conversations.models import Message
from conversations.windows import is_closed, person_may_write
from integrations.models import Integration
from integrations.platforms.base import PlatformError

logger = logging.getLogger(__name__)
Status = Message.Status

PATIENCE = timedelta(seconds=10)
"""How long a message that is being retried holds up the ones after it."""
HOLD = 10.0
"""Seconds until a message is looked at again whose integration is not connected."""
LOOK_AHEAD = 20
UNTRIED: dict[str, Any] = {"attempts": 0, "first_attempt_at": None}


def claim_next(conversation_id: uuid.UUID) -> Message | None:
    """The thread's next message, now `sending` and ours; None when none is due or an earlier one must go first."""
    now = timezone.now()
    waiting = Message.objects.undelivered().filter(conversation_id=conversation_id)
    # A person decides about what is unconfirmed, or the customer about what waits for them: the others go on.
    waiting = waiting.exclude(next_attempt_at=None).exclude(next_attempt_at=F("expires_at"), next_attempt_at__gt=now)
    for message in waiting.select_related("conversation", "integration").order_by("sequence")[:LOOK_AHEAD]:
        if is_due(message, now):
            return message if claim(message, now) else None
        if holds_up_others(message, now):
            return None
    return None


def is_due(message: Message, now: datetime) -> bool:
    return message.status == Status.QUEUED and message.next_attempt_at is not None and message.next_attempt_at <= now


def holds_up_others(message: Message, now: datetime) -> bool:
    return message.first_attempt_at is None or message.first_attempt_at > now - PATIENCE


def claim(message: Message, now: datetime) -> bool:
    message.lease, message.wire_at = uuid.uuid4(), None
    message.first_attempt_at = message.first_attempt_at or now
    return bool(
        Message.objects.filter(pk=message.pk, status=Status.QUEUED, next_attempt_at__lte=now).update(
            status=Status.SENDING,
            lease=message.lease,
            attempts=message.attempts + 1,
            first_attempt_at=message.first_attempt_at,
            wire_at=None,
            next_attempt_at=now + lease(),
        )
    )


def ours(message: Message) -> Any:
    """The row, if the lease we took still holds."""
    return Message.objects.filter(pk=message.pk, lease=message.lease, status=Status.SENDING)


def mark_on_wire(message: Message) -> bool:
    """Before the first byte; False when the lease is lost, and then nothing may be sent. Renews it."""
    message.wire_at = timezone.now()
    return bool(ours(message).update(wire_at=message.wire_at, next_attempt_at=message.wire_at + lease()))


def lease() -> timedelta:
    return timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)


def obstacle(message: Message) -> PlatformError | None:
    """Why the message cannot go at all, known without asking the platform."""
    now = timezone.now()
    if message.integration is None:
        return PlatformError("permanent", "no_integration", "The conversation has no connected account.")
    if message.expires_at is not None and message.expires_at <= now:
        return PlatformError("permanent", "expired", "It waited too long to be worth sending.")
    if is_closed(message.conversation, now) and not goes_anyway(message, message.integration, now):
        return PlatformError("needs_template", "window_closed", "The customer last wrote too long ago.")
    return None


def goes_anyway(message: Message, integration: Integration, now: datetime) -> bool:
    """What the platform takes outside the window: an approved template, or a person's own words for some days more."""
    if (message.metadata or {}).get("template"):
        return True
    return message.agent_id is not None and person_may_write(message.conversation, integration, now)


def put_back(message: Message, seconds: float, **fields: Any) -> None:
    """Never sent: to the queue again."""
    again = timezone.now() + timedelta(seconds=seconds)
    ours(message).update(status=Status.QUEUED, lease=None, wire_at=None, next_attempt_at=again, **fields)


def hold(message: Message, seconds: float) -> None:
    """Not tried at all: to the queue as it was, and no patience is lost, so the ones after it wait with it."""
    put_back(message, seconds, attempts=message.attempts, first_attempt_at=None)


def with_error(message: Message, error: PlatformError | None) -> dict[str, Any]:
    metadata = {key: value for key, value in (message.metadata or {}).items() if key != "error"}
    if error is not None:
        metadata["error"] = {
            "code": error.code,
            "class": error.error_class,
            "message": error.message,
            "retryable": error.error_class not in LASTING,
        }
    return metadata


def retry_by_hand(message: Message) -> bool:
    """A person sends a failed or unconfirmed message again; False when it is neither."""
    stuck = Message.objects.filter(pk=message.pk).exclude(metadata__error=None)
    again = stuck.filter(status=Status.FAILED) | stuck.filter(status=Status.SENDING, next_attempt_at=None)
    now = timezone.now()
    with transaction.atomic():
        done = again.update(
            status=Status.QUEUED,
            attempts=0,
            first_attempt_at=None,
            failed_at=None,
            expires_at=now + timedelta(hours=24),
            metadata=with_error(message, None),
            **{**SETTLED, "next_attempt_at": now},
        )
        if done:
            message.refresh_from_db()
            announce_message("updated", message, message.conversation)
    return bool(done)
