"""Until when a customer can be written to freely: their platform's hours, counted from their last message."""

from datetime import datetime, timedelta

from conversations.models import Conversation
from integrations.models import Integration
from integrations.platforms.base import Capabilities
from integrations.registry import PLATFORMS


def opened_until(conversation: Conversation, wrote_at: datetime, now: datetime) -> datetime | None:
    """When the window closes that a message opens; None where there is none.

    Of a message that reached us late nobody but the platform knows whether its window is still open: it is let through,
    and a refusal closes the window (`actions.reach.close_window`).
    """
    hours = capabilities_of(conversation).window_hours
    if hours is None:
        return None
    window = timedelta(hours=hours)
    opened = wrote_at + window if wrote_at + window > now else now + window
    return max(filter(None, (conversation.window_expires_at, opened)))


def is_closed(conversation: Conversation, now: datetime) -> bool:
    if capabilities_of(conversation).window_hours is None:
        return False
    return conversation.window_expires_at is None or conversation.window_expires_at <= now


def person_may_write(conversation: Conversation, integration: Integration, now: datetime) -> bool:
    """Whether the closed window is open to what a person writes, as a human agent."""
    able, last_wrote_at = capabilities_of(conversation), conversation.last_inbound_at
    if not integration.human_agent or able.human_agent_hours is None or last_wrote_at is None:
        return False
    return last_wrote_at + timedelta(hours=able.human_agent_hours) > now


def capabilities_of(conversation: Conversation) -> Capabilities:
    adapter = PLATFORMS.get(conversation.platform)
    return adapter.capabilities if adapter else UNKNOWN


UNKNOWN = Capabilities(max_text=4096, echoes_ref=False, receipts=False, window_hours=None)
"""Of a platform that nothing can be sent to."""
