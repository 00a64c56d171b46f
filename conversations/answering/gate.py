"""Whether an assistant may speak in a thread at all. Asked under the row's lock, before thinking and before writing."""

from assistants.models import Assistant
from conversations.actions.threads import AIState, Status
from conversations.models import Conversation
from integrations.models import Integration


def closed_gate(conversation: Conversation) -> str:
    """The first gate that is closed, by its name in the record; empty when all are open."""
    if conversation.status not in {Status.ACTIVE, Status.PENDING}:
        return "status"
    if conversation.ai_state != AIState.AI:
        return "person"
    if conversation.integration is None or conversation.integration.status == Integration.Status.INACTIVE:
        return "integration"
    if conversation.assigned_assistant is None:
        return "no_assistant"
    return "inactive" if conversation.assigned_assistant.status == Assistant.Status.INACTIVE else ""
