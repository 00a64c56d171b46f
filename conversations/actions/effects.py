"""What an assistant's tools asked for beside its text, carried out within their bounds."""

from accounts.stream import Actor
from assistants.dialogue import Effects
from conversations.actions.threads import Status, change_status, update_conversation
from conversations.models import Conversation

PRIORITIES = [priority.value for priority in Conversation.Priority]
"""Lowest first."""


def apply_effects(conversation: Conversation, effects: Effects, actor: Actor) -> None:
    """To a locked thread. A priority is only raised."""
    changes: dict[str, object] = {}
    if effects.priority and PRIORITIES.index(effects.priority) > PRIORITIES.index(conversation.priority):
        changes["priority"] = effects.priority
    if new := [tag for tag in effects.tags if tag not in conversation.tags]:
        changes["tags"] = [*conversation.tags, *dict.fromkeys(new)]
    if changes:
        update_conversation(conversation, changes, actor)
    if effects.resolve:
        change_status(conversation, Status.RESOLVED, actor)
