"""Sending the mails that wait as rows, whatever they say."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Mailing

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""Longer than a slow mail server takes: EMAIL_TIMEOUT bounds each of its answers, not their sum."""
FIRST_RETRY = timedelta(minutes=1)
SENT_AT_ONCE = 100

Mail = TypeVar("Mail", bound=Mailing)


def send_waiting(queue: QuerySet[Mail], send: Callable[[Mail], object]) -> int:
    """Send what is due; answers how many the mail server took."""
    ids = due(queue).order_by("next_try_at").values_list("pk", flat=True)[:SENT_AT_ONCE]
    return sum(send_one(queue.filter(pk=pk), send) for pk in list(ids))


def send_one(row: QuerySet[Mail], send: Callable[[Mail], object]) -> bool:
    """Send one mail; False when it was not ours to send, or was not taken and is tried again later.

    A worker that dies between the mail server's answer and the commit below sends it twice: SMTP cannot be asked.
    """
    now = timezone.now()
    if not due(row).update(next_try_at=now + LEASE):
        return False
    mail = row.get()
    try:
        send(mail)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one mail, those behind it go on
        logger.warning("The mail of %s %s was not taken: %s", type(mail).__name__, mail.pk, error)
        # As long again as it has waited: a mail server that stays away is not asked every minute.
        row.update(next_try_at=now + max(FIRST_RETRY, now - mail.created_at))
        return False
    row.update(sent_at=timezone.now())
    return True


def due(queue: QuerySet[Mail]) -> QuerySet[Mail]:
    now = timezone.now()
    return queue.filter(sent_at__isnull=True, next_try_at__lte=now, expires_at__gt=now)
