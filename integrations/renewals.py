"""Tokens that end are renewed before they do. The platform is asked outside of any transaction."""

import logging
from datetime import datetime, timedelta

from accounts import stream
from accounts.stream import SYSTEM
from integrations import outbound
from integrations.actions import announce, report_error
from integrations.models import Integration
from integrations.platforms.base import Account, Credentials, PlatformError, Renewal
from integrations.registry import PLATFORMS

logger = logging.getLogger(__name__)

LAST_CALL = timedelta(days=2)
"""A token that still cannot be renewed by then is its owner's to replace."""


def renew_all(now: datetime) -> int:
    """Renew what ends soon; answers how many."""
    active = Integration.objects.filter(status=Integration.Status.ACTIVE).select_related("user")
    # All of them before the first call, which gives the connection back.
    due = [(row, renewal) for row in active.iterator() if (renewal := renewal_of(row, now)) is not None]
    return sum(renew(integration, renewal, now) for integration, renewal in due)


def renewal_of(integration: Integration, now: datetime) -> Renewal | None:
    return PLATFORMS[integration.platform].renewal(integration.account(), now)


def renew(integration: Integration, renewal: Renewal, now: datetime) -> bool:
    account = integration.account()
    try:
        fresh = outbound.converse(renewal.calls, account)
    except PlatformError as error:
        logger.warning("The token of %s was not renewed: %s", integration.pk, error)
        if renewal.ends_at is not None and renewal.ends_at < now + LAST_CALL:
            report_error(integration, PlatformError("reauth", error.code, error.message))
        return False
    return keep(integration, account, fresh)


def keep(integration: Integration, account: Account, fresh: Credentials) -> bool:
    """Unless somebody gave it others meanwhile."""
    with stream.gathered():
        held = Integration.objects.select_for_update().filter(pk=integration.pk).first()
        if held is None or held.account().credentials != account.credentials:
            return False
        held.credentials = {**held.credentials, **fresh}
        held.save(update_fields=["credentials", "updated_at"])
        announce("updated", held, SYSTEM)
    return True
