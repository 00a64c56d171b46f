"""What may have been sent. It is sent again only where the platform repeats our id in its receipts, none came, and what
left later has its own. Else it waits for a person (docs/adr/0005-unknown-outcomes.md).
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from conversations.actions.announce import announce_message
from conversations.actions.outbox import ours, with_error
from conversations.models import Message
from integrations.door import would_have_come_by
from integrations.models import InboundEvent, Integration
from integrations.platforms.base import PlatformError
from integrations.registry import PLATFORMS

Status = Message.Status

RECHECK = timedelta(seconds=5)
LONG_WAIT = 4
"""How many times OUTBOX_SETTLE_SECONDS more, on an account that has no news of anything."""


def settle_unknown(message: Message, error: PlatformError) -> None:
    """It may have been accepted: wait for its receipt, or, where there are none, for a person.

    For a person too after a second time: where twice no receipt came, none may be on its way at all.
    """
    again = ((message.metadata or {}).get("error") or {}).get("class") == "unknown"
    waits = repeats_our_id(message.integration) and not again
    leave(message, timezone.now() + settle_time() if waits else None, metadata=with_error(message, error))


def leave(message: Message, until: datetime | None, **fields: Any) -> None:
    """Unconfirmed until then; None: until a receipt or a person."""
    with transaction.atomic():
        if ours(message).update(lease=None, next_attempt_at=until, **fields):
            message.refresh_from_db()
            announce_message("updated", message, message.conversation)


def settle_time() -> timedelta:
    return timedelta(seconds=settings.OUTBOX_SETTLE_SECONDS)


def repeats_our_id(integration: Integration | None) -> bool:
    return integration is not None and PLATFORMS[integration.platform].capabilities.echoes_ref


def recover(message: Message) -> bool:
    """A `sending` message whose time is up: worker dead, or no receipt came. True when it is queued again."""
    now = timezone.now()
    if message.wire_at is None:
        return requeue(message, now)
    if message.lease is not None:
        lost = PlatformError("unknown", "worker_lost", "The worker ended while the platform had the message.")
        settle_unknown(message, lost)
        return False
    if has_unread_news(message):
        return False
    if message.expires_at is not None and message.expires_at <= now:
        leave(message, None)  # to fail it would be a lie: it may have been read
        return False
    return after_settling(message, message.wire_at, now)


def after_settling(message: Message, wire_at: datetime, now: datetime) -> bool:
    """Only time in which its receipt could have come counts as waiting for it, and silence alone proves nothing.

    What left later and has its receipt does: ours would have come before. Without such proof a person decides.
    """
    until = would_have_come_by(wire_at, settle_time(), now)
    if until is not None and until <= now and was_overtaken(message, wire_at):
        return requeue(message, now)
    if until is not None and until + settle_time() * LONG_WAIT <= now:
        leave(message, None)
    else:
        later = until if until is not None and until > now else now + RECHECK
        overdue(message, now).update(next_attempt_at=later)
    return False


def was_overtaken(message: Message, wire_at: datetime) -> bool:
    """Whether the account's receipts are past the message: one that left after it is known to have arrived."""
    after = Message.objects.filter(integration=message.integration, wire_at__gt=wire_at)
    return after.filter(status__in=[Status.DELIVERED, Status.READ]).exists()


def requeue(message: Message, now: datetime) -> bool:
    return bool(overdue(message, now).update(status=Status.QUEUED, lease=None, wire_at=None, next_attempt_at=now))


def overdue(message: Message, now: datetime) -> Any:
    return Message.objects.filter(pk=message.pk, status=Status.SENDING, lease=message.lease, next_attempt_at__lte=now)


def has_unread_news(message: Message) -> bool:
    """Whether the receipt that is waited for may be here already: behind a burst, the inbox can be minutes late."""
    if message.integration is None or message.next_attempt_at is None:
        return False
    return InboundEvent.objects.unread(message.integration, message.next_attempt_at).exists()
