"""What people think of an assistant's message."""

from typing import Any

from django.utils import timezone

from accounts.stream import Actor
from conversations.actions.announce import announce_message
from conversations.models import Message
from conversations.models.runs import AssistantRunQuerySet
from flame.lib.times import utc


def give_feedback(message: Message, runs: AssistantRunQuerySet, feedback: dict[str, Any], actor: Actor) -> None:
    """Of a message in a locked thread: `{score: up | down | None, reason}`."""
    score, reason = feedback["score"], feedback["reason"]
    metadata = {name: value for name, value in (message.metadata or {}).items() if name != "feedback"}
    if score:
        metadata["feedback"] = {"score": score, "reason": reason, "agent_id": actor.id, "at": utc(timezone.now())}
    message.metadata = metadata
    message.save(update_fields=["metadata"])
    runs.update(score=score, score_reason=reason if score else "")
    announce_message("updated", message, message.conversation, actor)
