"""A draft on its way out: from then on it is a person's message."""

from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.stream import Actor
from assistants.candidates import redacted, suggest
from conversations.actions.drafts import announce_draft, offer, settle
from conversations.actions.learning import without_names
from conversations.actions.messages import Outgoing, queue_reply
from conversations.models import Message, ReplyDraft


def send_draft(draft: ReplyDraft, agent: User, client_id: str | None, metadata: dict[str, Any]) -> Message:
    """A locked thread's pending draft as the agent's own message. What was changed in it no longer offers choices,
    and the assistant may learn it, once someone has approved it.
    """
    untouched = draft.content == draft.written
    metadata = {**metadata, "draft_id": str(draft.id), "run_id": str(draft.id)}
    if untouched:
        metadata |= offer(draft.choices, str(draft.id))
    if not untouched and draft.assistant and draft.run:
        names = [draft.conversation.contact_name, agent.name]
        question, answer = (without_names(redacted(text), names) for text in (draft.run.question, draft.content))
        suggest(draft.assistant, question, answer, timezone.now())
    settle(draft, ReplyDraft.Status.SENT, agent)
    message = queue_reply(
        draft.conversation, Outgoing(draft.content, agent=agent, client_id=client_id, metadata=metadata)
    )[0]
    draft.message = message
    draft.save(update_fields=["message"])
    announce_draft("updated", draft, Actor("agent", str(agent.id)))
    return message
