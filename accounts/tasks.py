"""Mailing what waits to be mailed, and housekeeping."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts.mailing import send_one, send_waiting
from accounts.models import Event, IdempotencyKey, Notice, PasswordLink, RefreshFamily
from accounts.notices import send_notice
from accounts.passwords import send_link


@shared_task(ignore_result=True)
def mail(link_id: str) -> bool:
    """Mail one password link; answers whether it was sent now."""
    return send_one(PasswordLink.objects.filter(pk=link_id), send_link)


@shared_task(ignore_result=True)
def sweep_unmailed() -> int:
    """Mail what no bell announced, or what the mail server did not take before; answers how many it took now."""
    return send_waiting(PasswordLink.objects.all(), send_link) + send_waiting(
        Notice.objects.select_related("user"), send_notice
    )


@shared_task(ignore_result=True)
def prune() -> int:
    """Forget what is past its time; answers how many rows. A socket that asks for a pruned event is told to resync."""
    now = timezone.now()
    day_ago = now - timedelta(days=1)
    past = [
        Event.objects.filter(created_at__lt=now - timedelta(days=settings.EVENTS_KEPT_DAYS)),
        IdempotencyKey.objects.filter(created_at__lt=day_ago),
        PasswordLink.objects.filter(expires_at__lt=day_ago),
        Notice.objects.filter(expires_at__lt=now),
        RefreshFamily.objects.filter(expires_at__lt=now),
        RefreshFamily.objects.filter(revoked_at__lt=now),
    ]
    return sum(rows.delete()[0] for rows in past)
