"""Mailing what waits to be mailed, and housekeeping."""

import uuid
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts.models import Event, IdempotencyKey, PasswordLink, RefreshFamily
from accounts.passwords import send_link

SWEPT_AT_ONCE = 100


@shared_task(ignore_result=True)
def mail(link_id: str) -> bool:
    """Mail one password link; answers whether it was sent now."""
    return send_link(uuid.UUID(link_id))


@shared_task(ignore_result=True)
def sweep_unmailed() -> int:
    """Mail what no bell announced, or what the mail server did not take before; answers how many it took now."""
    now = timezone.now()
    waiting = PasswordLink.objects.filter(sent_at__isnull=True, next_try_at__lte=now, expires_at__gt=now)
    ids = list(waiting.order_by("next_try_at").values_list("pk", flat=True)[:SWEPT_AT_ONCE])
    return sum(send_link(link_id) for link_id in ids)


@shared_task(ignore_result=True)
def prune() -> int:
    """Forget what is past its time; answers how many rows. A socket that asks for a pruned event is told to resync."""
    now = timezone.now()
    day_ago = now - timedelta(days=1)
    past = [
        Event.objects.filter(created_at__lt=now - timedelta(days=settings.EVENTS_KEPT_DAYS)),
        IdempotencyKey.objects.filter(created_at__lt=day_ago),
        PasswordLink.objects.filter(expires_at__lt=day_ago),
        RefreshFamily.objects.filter(expires_at__lt=now),
        RefreshFamily.objects.filter(revoked_at__lt=now),
    ]
    return sum(rows.delete()[0] for rows in past)
