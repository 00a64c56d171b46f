"""Having an account's events sent to us, or no longer. The platform is asked outside of any transaction."""

import logging

from django.db.models import Q

from integrations import outbound
from integrations.models import Integration
from integrations.platforms.base import PlatformError, Standing
from integrations.registry import PLATFORMS

logger = logging.getLogger(__name__)


class AccountTaken(Exception):
    """Another integration is connected to the account."""


def check(integration: Integration) -> Standing:
    """How the account stands at its platform. Raises PlatformError."""
    account = integration.account()
    exchange = PLATFORMS[integration.platform].check(account, integration.webhook_address())
    return outbound.converse(exchange, account)


def connect(integration: Integration) -> Standing:
    """Prove the credentials, then have the events sent to us. Raises PlatformError or AccountTaken.

    A bot has one webhook, so connecting it here would take it from the integration that has it: whoever holds the
    account is looked for first, yet told only to those who could prove that it is theirs.
    """
    check(integration)
    others = Integration.objects.connected().exclude(pk=integration.pk)
    if others.filter(platform=integration.platform, account_key=integration.account_key).exists():
        raise AccountTaken
    account = integration.account()
    exchange = PLATFORMS[integration.platform].connect(account, integration.webhook_address())
    return outbound.converse(exchange, account)


def let_go(integration: Integration) -> None:
    """Ask the platform to send no more events, as far as it hears us: what still comes is ignored."""
    if integration.status == Integration.Status.INACTIVE or is_shared(integration):
        return
    account = integration.account()
    try:
        outbound.converse(PLATFORMS[integration.platform].disconnect(account), account)
    except PlatformError as error:
        logger.warning("%s was not told to disconnect %s: %s", integration.platform, integration.pk, error)


def is_shared(integration: Integration) -> bool:
    """Whether disconnecting would cut off another connected account, as with all numbers of a WhatsApp business."""
    keys = {integration.account_key, integration.parent_key} - {""}
    others = Integration.objects.connected().exclude(pk=integration.pk)
    return others.filter(Q(account_key__in=keys) | Q(parent_key__in=keys)).exists()
