"""Stored events of conversations and messages, always with the payload that REST shows."""

from typing import Any

from accounts.stream import SYSTEM, Actor, Draft, publish
from conversations.models import Conversation, Message
from conversations.payloads import conversation_payload, message_payload


def announce(type: str, conversation: Conversation, actor: Actor = SYSTEM, **extra: Any) -> None:  # noqa: A002 - the envelope's name
    """`conversation.<what happened>`."""
    data = {"conversation": conversation_payload(conversation), **extra}
    publish(conversation.user_id, Draft(f"conversation.{type}", data, conversation.id, actor))


def announce_message(type: str, message: Message, conversation: Conversation, actor: Actor = SYSTEM) -> None:  # noqa: A002
    """`message.created` or `message.updated`."""
    data: dict[str, Any] = {"message": message_payload(message)}
    if draft_id := (message.metadata or {}).get("draft_id"):
        data["draft_id"] = draft_id  # of the frames that showed its text while it was written
    publish(conversation.user_id, Draft(f"message.{type}", data, conversation.id, actor))
