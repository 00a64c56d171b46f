"""What happens to a message after it was written: edited, taken back, reacted to. The caller holds its thread.

These events overtake each other, so each is kept with its time, and an older one changes nothing.
"""

from datetime import datetime
from typing import Any

from accounts.stream import CUSTOMER, Actor
from conversations.actions.announce import announce, announce_message
from conversations.actions.attachments import let_go_of_files
from conversations.actions.search import forget_text, index_text
from conversations.models import Conversation, Message
from integrations.platforms.base import Deletion, Edit, Reaction

DELETED_TEXT = "[mensaje eliminado]"
PREVIEW = 500


def apply_edit(message: Message, edit: Edit) -> None:
    """The text changed: show the new one, and when."""
    facts = message.metadata or {}
    if "deleted_at" in facts or is_older(edit.occurred_at, facts.get("edited_at")):
        return
    rewrite(message, edit.text, {**facts, "edited_at": edit.occurred_at.isoformat()})


def apply_deletion(message: Message, deletion: Deletion) -> None:
    """Who takes a message back wants it gone, here too."""
    if "deleted_at" not in (message.metadata or {}):
        rewrite(message, DELETED_TEXT, {"deleted_at": deletion.occurred_at.isoformat()})
        let_go_of_files(message)


def apply_reaction(message: Message, reaction: Reaction) -> None:
    """One emoji per side on a message; an empty one takes it away."""
    who = Message.Sender.AGENT if reaction.by_business else Message.Sender.USER
    facts = message.metadata or {}
    times = facts.get("reacted_at", {})
    if is_older(reaction.occurred_at, times.get(who)):
        return
    reactions = {**facts.get("reactions", {}), who: reaction.emoji}
    message.metadata = {
        **facts,
        "reactions": {side: emoji for side, emoji in reactions.items() if emoji},
        "reacted_at": {**times, who: reaction.occurred_at.isoformat()},
    }
    message.save(update_fields=["metadata"])
    announce_message("updated", message, message.conversation, Actor("agent") if reaction.by_business else CUSTOMER)


def is_older(at: datetime, known: str | None) -> bool:
    return known is not None and at < datetime.fromisoformat(known)


def rewrite(message: Message, text: str, metadata: dict[str, Any]) -> None:
    """Another text in the message, in what the list shows, and in what a search finds."""
    before, message.content, message.metadata = message.content, text, metadata
    message.save(update_fields=["content", "metadata"])
    thread, actor = message.conversation, CUSTOMER if message.sender == Message.Sender.USER else Actor("agent")
    forget_text(thread, before)
    index_text(thread, text)
    announce_message("updated", message, thread, actor)
    if is_newest(message, thread):
        thread.last_message = text[:PREVIEW]
        thread.save(update_fields=["last_message", "updated_at"])
        announce("updated", thread, actor)


def is_newest(message: Message, thread: Conversation) -> bool:
    return not message.internal and not thread.messages.filter(internal=False, sequence__gt=message.sequence).exists()
