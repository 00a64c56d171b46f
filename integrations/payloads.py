"""The one JSON shape of an integration. Credentials go in and never come out: a tail of four shows which one it is."""

from typing import Any

from flame.lib.times import utc, utc_or_none
from integrations.models import Integration
from integrations.registry import PLATFORMS

HIDDEN = "••••"
SHOWN_TAIL = 4


def integration_payload(integration: Integration) -> dict[str, Any]:
    return {
        "id": str(integration.id),
        "user_id": str(integration.user_id),
        "platform": integration.platform,
        "name": integration.name,
        "status": integration.status,
        "credentials": masked(integration),
        "webhook_url": integration.webhook_url,
        "last_sync": utc_or_none(integration.last_sync),
        "default_assistant_id": str(integration.default_assistant_id) if integration.default_assistant_id else None,
        "error": integration.error,
        "created_at": utc(integration.created_at),
        "updated_at": utc(integration.updated_at),
    }


def masked(integration: Integration) -> dict[str, str]:
    adapter = PLATFORMS.get(integration.platform)
    secrets = set(adapter.secret_fields) if adapter else set(integration.credentials)
    return {
        name: mask(str(value)) if name in secrets else str(value) for name, value in integration.credentials.items()
    }


def mask(secret: str) -> str:
    """Short secrets show nothing: four of eight characters would be half of it."""
    return HIDDEN + (secret[-SHOWN_TAIL:] if len(secret) >= 4 * SHOWN_TAIL else "")
