"""What happens to an account on a platform, with its event."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.stream import SYSTEM, Actor, Draft, publish
from integrations.models import InboundEvent, Integration
from integrations.payloads import integration_payload
from integrations.platforms.base import PlatformError

Status = Integration.Status


def report_error(integration: Integration, error: PlatformError) -> None:
    """The platform no longer lets this account speak: stop its queue and say why. Once, not per message."""
    with transaction.atomic():
        fell = Integration.objects.filter(pk=integration.pk, status=Status.ACTIVE).update(
            status=Status.ERROR, error=error.message[:2000], updated_at=timezone.now()
        )
        if fell:
            announce_status(integration, SYSTEM)


def announce_status(integration: Integration, actor: Actor) -> None:
    integration.refresh_from_db()
    data = {"integration": integration_payload(integration)}
    publish(integration.user_id, Draft("integration.status_changed", data, actor=actor))


def replay(events: QuerySet[InboundEvent]) -> int:
    """Let dead or ignored events wait again; answers how many. They keep their keys, so nothing is doubled."""
    again = events.filter(state__in=[InboundEvent.State.DEAD, InboundEvent.State.IGNORED])
    now = timezone.now()
    return again.update(state=InboundEvent.State.PENDING, attempts=0, error="", next_at=now, received_at=now)
