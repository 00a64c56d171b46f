"""What happens to an account on a platform, with its event."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.stream import SYSTEM, Actor, Draft, publish
from integrations.models import InboundEvent, Integration
from integrations.notices import tell_of_error
from integrations.payloads import integration_payload
from integrations.platforms.base import PlatformError, Standing

Status = Integration.Status
OF_THE_ACCOUNT = {"reauth", "account"}
"""Classes of refusals that every further message would meet."""


def activate(integration: Integration, standing: Standing, asked_at: datetime, actor: Actor) -> None:
    """The platform agreed to what a locked integration asked: from now on the account's events are ours.

    Raises IntegrityError when another integration holds the account.
    """
    before, integration.status = integration.status, Status.ACTIVE
    integration.name = integration.name or standing.name[:255]
    integration.webhook_url = integration.webhook_address()
    integration.last_sync, integration.error = timezone.now(), ""
    integration.save(update_fields=["status", "name", "webhook_url", "last_sync", "error"])
    # The platform may send before it answers us, and then nobody was connected yet.
    early = InboundEvent.objects.filter(platform=integration.platform, account_key=integration.account_key)
    replay(early.filter(received_at__gte=asked_at))
    announce("updated" if before == Status.ACTIVE else "status_changed", integration, actor)


def deactivate(integration: Integration, actor: Actor) -> None:
    """A locked integration takes no more events in; unchanged, nothing happens."""
    if integration.status == Status.INACTIVE:
        return
    integration.status, integration.error = Status.INACTIVE, ""
    integration.save(update_fields=["status", "error"])
    announce("status_changed", integration, actor)


def delete_integration(integration: Integration, actor: Actor) -> None:
    """Its conversations stay, without an account to answer from."""
    gone = Draft("integration.deleted", {"id": str(integration.pk)}, actor=actor)
    publish(integration.user_id, gone)
    integration.delete()


def report_error(integration: Integration, error: PlatformError, actor: Actor = SYSTEM) -> None:
    """The platform no longer lets this account speak: stop its queue and say why. Once, not per message."""
    with transaction.atomic():
        fell = Integration.objects.filter(pk=integration.pk, status=Status.ACTIVE).update(
            status=Status.ERROR, error=error.message[:2000], updated_at=timezone.now()
        )
        if fell:
            integration.refresh_from_db()
            tell_of_error(integration)
            announce("status_changed", integration, actor)


def warn(integration: Integration, error: PlatformError) -> None:
    """The account still speaks, and its people have to do something. Once, until it is connected again."""
    with transaction.atomic():
        fresh = Integration.objects.filter(pk=integration.pk, status=Status.ACTIVE, error="")
        if fresh.update(error=error.message[:2000], updated_at=timezone.now()):
            integration.refresh_from_db()
            tell_of_error(integration)
            announce("updated", integration, SYSTEM)


def announce(what: str, integration: Integration, actor: Actor) -> None:
    """`integration.<what happened>`."""
    data = {"integration": integration_payload(integration)}
    publish(integration.user_id, Draft(f"integration.{what}", data, actor=actor))


def replay(events: QuerySet[InboundEvent]) -> int:
    """Let dead or ignored events wait again; answers how many. They keep their keys, so nothing is doubled."""
    again = events.filter(state__in=[InboundEvent.State.DEAD, InboundEvent.State.IGNORED])
    now = timezone.now()
    return again.update(state=InboundEvent.State.PENDING, attempts=0, error="", next_at=now, received_at=now)
