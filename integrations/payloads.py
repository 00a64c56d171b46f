"""The one JSON shape of an integration. Credentials go in and never come out: a tail of four shows which one it is."""

from dataclasses import asdict
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
        "out_of_hours_text": integration.out_of_hours_text,
        "human_agent": integration.human_agent,
        "created_at": utc(integration.created_at),
        "updated_at": utc(integration.updated_at),
    }


def capabilities_payload(integration: Integration) -> dict[str, Any]:
    """What can be sent through the account. Lengths and sizes in the units that the names say."""
    able = PLATFORMS[integration.platform].capabilities
    return {
        "platform": integration.platform,
        "text": {"max": able.max_text, "unit": able.text_unit},
        "media": [
            {"type": kind, "mimes": list(media.mimes), "max_bytes": media.max_bytes, "max_caption": media.caption}
            for kind, media in able.media
        ],
        "choices": [asdict(choices) for choices in able.choices],
        "replies": able.replies,
        "templates": able.templates,
        "html": able.html,
        "window_hours": able.window_hours,
        "human_agent_hours": able.human_agent_hours if integration.human_agent else None,
        "receipts": able.receipts,
        "echoes_ref": able.echoes_ref,
        "typing": able.typing_seconds > 0,
        "mark_read": able.mark_read,
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
