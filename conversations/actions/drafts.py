"""What an assistant leaves for a person to send."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.stream import Actor, Draft, publish
from conversations.models import AssistantRun, Conversation, ReplyDraft
from conversations.payloads import draft_payload

Status = ReplyDraft.Status


def keep_draft(
    conversation: Conversation, run: AssistantRun, text: str, reason: str, choices: Sequence[str] = ()
) -> ReplyDraft:
    """Of a locked thread, which has one pending draft at most: what answers an older message is discarded."""
    discard_pending(conversation, Actor("assistant", str(run.assistant_id)))
    draft = ReplyDraft.objects.create(
        id=run.id,  # under which its text was shown while it was written
        conversation=conversation,
        assistant=run.assistant,
        run=run,
        in_reply_to=run.inbound,
        reason=reason,
        written=text,
        content=text,
        choices=list(choices),
    )
    announce_draft("created", draft, Actor("assistant", str(run.assistant_id)))
    return draft


def edit_draft(draft: ReplyDraft, content: str, actor: Actor) -> None:
    draft.content = content
    draft.save(update_fields=["content"])
    announce_draft("updated", draft, actor)


def discard_pending(conversation: Conversation, actor: Actor, by: User | None = None) -> None:
    for draft in conversation.drafts.pending():
        settle(draft, Status.DISCARDED, by)
        announce_draft("discarded", draft, actor)


def settle(draft: ReplyDraft, status: str, by: User | None) -> None:
    draft.status, draft.settled_by, draft.settled_at = status, by, timezone.now()
    draft.save(update_fields=["status", "settled_by", "settled_at"])


def offer(questions: Sequence[str], run_id: str) -> dict[str, Any]:
    """The questions as a message's choices."""
    choices = [{"id": f"{run_id}:{number}", "title": question} for number, question in enumerate(questions, 1)]
    return {"choices": choices} if choices else {}


def announce_draft(what: str, draft: ReplyDraft, actor: Actor) -> None:
    """`draft.created`, `draft.updated` or `draft.discarded`."""
    event = Draft(f"draft.{what}", {"draft": draft_payload(draft)}, draft.conversation_id, actor)
    publish(draft.conversation.user_id, event)
