"""The outbox: queued → sending → sent, or failed, or unknown. Every step is one conditional UPDATE.

A claim holds a lease and a fencing token. `wire_at` is committed before the first byte leaves: a lease that ends
without it was never sent and goes back to the queue; one that ends with it may have been. What may have been sent is
sent again only where the platform repeats our id in its receipts, none came, and what left later has its own. Else it
waits for a person.
"""

import logging
import random
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from conversations.actions.announce import announce_message
from conversations.actions.reach import note_refusal
from conversations.actions.statuses import LASTING, SETTLED, climb
from conversations.models import Message
from conversations.windows import is_closed, person_may_write
from integrations.door import would_have_come_by
from integrations.models import InboundEvent, Integration
from integrations.outbound import UNREACHABLE
from integrations.platforms.base import PlatformError
from integrations.registry import PLATFORMS

logger = logging.getLogger(__name__)
Status = Message.Status

BACKOFF = (5, 30, 120, 600, 1800, 7200, 21_600)
"""Seconds to the next try, ±20 %: a platform that comes back is not met by everybody at once."""
RECHECK = timedelta(seconds=5)
LONG_WAIT = 4
"""How many times OUTBOX_SETTLE_SECONDS more, on an account that has no news of anything."""
PATIENCE = timedelta(seconds=10)
"""How long a message that is being retried holds up the ones after it."""
HOLD = 10.0
"""Seconds until a message is looked at again whose integration is not connected."""
PLATFORM_STEPS, PAIR_STEPS = 2, 5
"""How far the waits grow for a platform that is away (2 min) and for one customer's limit (17 min)."""
LOOK_AHEAD = 20
UNTRIED: dict[str, Any] = {"attempts": 0, "first_attempt_at": None}


def claim_next(conversation_id: uuid.UUID) -> Message | None:
    """The thread's next message, now `sending` and ours; None when none is due or an earlier one must go first."""
    now = timezone.now()
    waiting = Message.objects.undelivered().filter(conversation_id=conversation_id)
    for message in waiting.select_related("conversation", "integration").order_by("sequence")[:LOOK_AHEAD]:
        if is_due(message, now):
            return message if claim(message, now) else None
        if holds_up_others(message, now):
            return None
    return None


def is_due(message: Message, now: datetime) -> bool:
    return message.status == Status.QUEUED and message.next_attempt_at is not None and message.next_attempt_at <= now


def holds_up_others(message: Message, now: datetime) -> bool:
    if message.next_attempt_at is None or waits_for_customer(message):
        return False  # unconfirmed, so a person decides, or the customer does: the others go on
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


def waits_for_customer(message: Message) -> bool:
    """Whether it lies still until the customer writes, or it expires."""
    asked = (message.metadata or {}).get("wait_for_customer") is True
    return asked and message.status == Status.QUEUED and message.next_attempt_at == message.expires_at


def put_back(message: Message, seconds: float, **fields: Any) -> None:
    """Never sent: to the queue again."""
    again = timezone.now() + timedelta(seconds=seconds)
    ours(message).update(status=Status.QUEUED, lease=None, wire_at=None, next_attempt_at=again, **fields)


def hold(message: Message, seconds: float) -> None:
    """Not tried at all: to the queue as it was, and no patience is lost, so the ones after it wait with it."""
    put_back(message, seconds, attempts=message.attempts, first_attempt_at=None)


def wait_for_platform(message: Message, error: PlatformError, seconds: float) -> None:
    """Refused for the account's sake or the customer's pace: the next message would be too, so none overtakes it.

    However often; what was not sent when it expires has failed.
    """
    put_back(message, seconds, first_attempt_at=None, metadata=with_error(message, error))


def settle_sent(message: Message, external_id: str) -> None:
    """Accepted by the platform. A receipt may have said so before us, and then there is nothing left to do."""
    now, metadata = timezone.now(), with_error(message, None)
    with transaction.atomic():
        if not ours(message).exists():
            return
        try:
            with transaction.atomic():
                climb(message, Status.SENT, now, external_id=external_id, metadata=metadata)
        except IntegrityError:
            # It did leave, whatever the platform calls it; unsettled, it would leave again.
            logger.exception("The platform gave message %s an id that another one has.", message.pk)
            climb(message, Status.SENT, now, metadata=metadata)


def settle_error(message: Message, error: PlatformError) -> None:
    """Try again, wait for a receipt, or fail, by the error's class (the table of docs/platform-errors.md)."""
    if error.error_class == "rate_limited" or error.code == UNREACHABLE:
        wait_for_platform(message, error, pause(message, error))
    elif error.error_class == "retry":
        retry_later(message, error)
    elif error.error_class == "unknown":
        settle_unknown(message, error)
    else:
        fail(message, error)


def retry_later(message: Message, error: PlatformError) -> None:
    tried = message.attempts + 1
    if tried > len(BACKOFF):
        fail(message, error)
        return
    wait = max(spread(BACKOFF[tried - 1]), error.retry_after or 0)
    put_back(message, wait, metadata=with_error(message, error))


def pause(message: Message, error: PlatformError) -> float:
    """Seconds until a message that met a limit or silence is tried again; what the platform names is the least.

    To one customer who gets too much, 4^n ("Pair rate limits", WhatsApp Cloud API).
    """
    if error.of_contact:
        own = 4.0 ** min(message.attempts, PAIR_STEPS)
    else:
        own = spread(BACKOFF[min(message.attempts, len(BACKOFF) - 1, PLATFORM_STEPS)])
    return max(own, error.retry_after or 0)


def spread(seconds: float) -> float:
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing


def fail(message: Message, error: PlatformError) -> None:
    """For good, unless the window is what stands in the way and the message may wait for the customer to open it."""
    with transaction.atomic():
        if not ours(message).exists():
            return
        if message.wire_at is not None:
            note_refusal(message, error.error_class)
        if error.error_class == "needs_template" and (message.metadata or {}).get("wait_for_customer"):
            ours(message).update(status=Status.QUEUED, lease=None, next_attempt_at=F("expires_at"), **UNTRIED)
            message.refresh_from_db()
            announce_message("updated", message, message.conversation)
        else:
            climb(message, Status.FAILED, timezone.now(), metadata=with_error(message, error))


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
