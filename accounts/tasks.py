"""Housekeeping of the account's stream."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts.models import Event


@shared_task(ignore_result=True)
def prune() -> int:
    """Forget events older than EVENTS_KEPT_DAYS; answers how many. A socket that asks for them is told to resync."""
    limit = timezone.now() - timedelta(days=settings.EVENTS_KEPT_DAYS)
    deleted, _ = Event.objects.filter(created_at__lt=limit).delete()
    return deleted
