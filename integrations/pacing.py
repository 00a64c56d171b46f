"""How fast an account may speak, and whether it makes sense to try at all. The platform's own answers win."""

import uuid
from collections import defaultdict

from flame.lib import pacing
from flame.lib.breaker import Breaker
from flame.lib.pacing import Bucket
from integrations.models import Integration
from integrations.outbound import UNREACHABLE
from integrations.platforms.base import PlatformError
from integrations.registry import PLATFORMS

_breakers: defaultdict[uuid.UUID, Breaker] = defaultdict(Breaker)
"""One an integration, and each process has its own: what they spare is the waiting."""


def turn(integration: Integration, contact: str) -> float:
    """Seconds until the account may send to the contact: 0 is now, and then it counts as sent."""
    return pacing.draw(*buckets(integration, contact)) or seconds_closed(integration)


def buckets(integration: Integration, contact: str) -> list[Bucket]:
    able = PLATFORMS[integration.platform].capabilities
    found = [account_bucket(integration)]
    if able.contact_pace is not None:
        found.append(Bucket(f"{integration.pk}:{contact}", able.contact_pace.seconds, able.contact_pace.burst))
    return found


def account_bucket(integration: Integration) -> Bucket:
    pace = PLATFORMS[integration.platform].capabilities.account_pace
    return Bucket(str(integration.pk), pace.seconds, pace.burst)


def seconds_closed(integration: Integration) -> float:
    """How long an account whose platform went silent is left alone; after it, one message probes."""
    breaker = _breakers[integration.pk]
    return 0.0 if breaker.lets_through() else breaker.seconds_left()


def answered(integration: Integration, error: PlatformError | None) -> None:
    """What the platform said to a send: silence after silence opens the breaker."""
    silent = error is not None and (error.error_class == "unknown" or error.code == UNREACHABLE)
    breaker = _breakers[integration.pk]
    breaker.failed() if silent else breaker.succeeded()


def slow_down(integration: Integration, contact: str, seconds: float, *, of_contact: bool) -> None:
    """The platform asked for less: nobody sends for so long, to this contact or at all."""
    asked = buckets(integration, contact)
    pacing.empty(asked[-1] if of_contact else asked[0], seconds)
