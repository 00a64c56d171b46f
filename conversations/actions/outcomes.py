"""What became of a send, and what is done then: by the error's class, as docs/platform-errors.md has it."""

import logging
import random

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from conversations.actions.announce import announce_message
from conversations.actions.outbox import UNTRIED, ours, put_back, with_error
from conversations.actions.reach import note_refusal
from conversations.actions.statuses import climb
from conversations.actions.unconfirmed import settle_unknown
from conversations.models import Message
from integrations.outbound import UNREACHABLE
from integrations.platforms.base import PlatformError

logger = logging.getLogger(__name__)
Status = Message.Status

BACKOFF = (5, 30, 120, 600, 1800, 7200, 21_600)
"""Seconds to the next try, ±20 %: a platform that comes back is not met by everybody at once."""
PLATFORM_STEPS, PAIR_STEPS = 2, 5
"""How far the waits grow for a platform that is away (2 min) and for one customer's limit (17 min)."""


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


def wait_for_platform(message: Message, error: PlatformError, seconds: float) -> None:
    """Refused for the account's sake or the customer's pace: the next message would be too, so none overtakes it.

    However often; what was not sent when it expires has failed.
    """
    put_back(message, seconds, first_attempt_at=None, metadata=with_error(message, error))


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
