"""Whether Meta's webhooks reach us: three layers, each of which keeps an account silent without a word.

The app's callback address (once), the app's fields (per object), and the account's `subscribed_apps`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from integrations import connections, outbound
from integrations.models import Integration
from integrations.platforms.base import PlatformError
from integrations.platforms.meta import app_subscriptions
from integrations.registry import OBJECTS


@dataclass(frozen=True)
class Gap:
    """What keeps webhooks from coming, in one sentence, and what mends it. `certain`: False where nobody could tell."""

    integration: Integration
    problem: str
    fix: str
    certain: bool = True


def gaps() -> Iterator[Gap]:
    """Of every connected account on Meta. Reads only."""
    for integration in Integration.objects.connected().filter(platform__in=[each.name for each in OBJECTS.values()]):
        yield from gaps_of(integration)


def gaps_of(integration: Integration) -> Iterator[Gap]:
    try:
        yield from gaps_of_app(integration)
        if "not_subscribed" in connections.check(integration).obstacles:
            problem = f"The app gets no webhooks of {integration}: it is not in the account's subscribed_apps."
            yield Gap(integration, problem, f"Connect it again: POST /api/integrations/{integration.pk}/connect.")
    except PlatformError as error:
        problem = f"Meta could not be asked about {integration}: {str(error).rstrip('.')}."
        yield Gap(integration, problem, "Renew its credentials, or ask again later.", certain=False)


def gaps_of_app(integration: Integration) -> Iterator[Gap]:
    """Only where the app's id and secret are known: nobody else may read it."""
    account = integration.account()
    name = next(name for name, adapter in OBJECTS.items() if adapter.name == integration.platform)
    subscription = outbound.converse(app_subscriptions.read(account, name), account)
    if subscription is None:
        return
    app, ours = account.credentials["app_id"], integration.webhook_address()
    if subscription.callback_url != ours or not subscription.active:
        there = subscription.callback_url or "no address"
        fix = f"In the app's dashboard, Webhooks, set {ours} and the verify token of {integration}."
        yield Gap(integration, f"App {app} sends the webhooks of {name} to {there}, not to {ours}.", fix)
    if missing := sorted(app_subscriptions.NEEDED[name] - subscription.fields):
        problem = f"App {app} is not subscribed to {', '.join(missing)} of {name}."
        yield Gap(integration, problem, f"In the app's dashboard, Webhooks, {name}, subscribe to these fields.")
