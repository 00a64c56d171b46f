"""Messages in and out of a thread."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from accounts.stream import CUSTOMER, Actor
from assistants.models import Assistant
from conversations.actions.announce import announce, announce_message
from conversations.actions.attachments import attach_uploads, keep_files, split_off
from conversations.actions.drafts import discard_pending
from conversations.actions.reach import release_waiting
from conversations.actions.search import index_text
from conversations.actions.threads import (
    change_status,
    expect_answer,
    open_conversation,
    silence_assistant,
)
from conversations.choices import picked
from conversations.models import Conversation, Message
from conversations.outgoing import pieces as pieces_of
from conversations.outgoing_files import Piece
from conversations.windows import is_closed, opened_until
from integrations.models import Integration
from integrations.platforms.base import Echo, InboundMessage, Reaction
from integrations.registry import PLATFORMS

ASSISTANT_EXPIRY = timedelta(minutes=15)
AGENT_EXPIRY = timedelta(hours=24)
WAITING_EXPIRY = timedelta(days=7)
"""Of what waits for the customer to write: a week later it answers nothing any more."""
PREVIEW = 500
Status = Conversation.Status
AIState = Conversation.AIState


def receive_message(integration: Integration, inbound: InboundMessage) -> Message:
    """Store what a customer wrote. Raises IntegrityError when the platform's id is already there."""
    conversation, is_new = open_conversation(integration, inbound.contact)
    came_back = conversation.status in {Status.RESOLVED, Status.ARCHIVED}
    metadata, files = split_off(inbound.metadata, conversation.user_id)
    message = add_message(
        conversation,
        sender=Message.Sender.USER,
        content=inbound.text,
        type=inbound.type,
        status=Message.Status.DELIVERED,
        metadata=facts_of(conversation, inbound, metadata),
        external_id=inbound.external_id,
        occurred_at=inbound.occurred_at,
    )
    keep_files(message, files)
    conversation.unread_count += 1
    conversation.turn += 1
    if inbound.opens_window:
        note_sign_of_life(conversation, inbound.occurred_at)
    if came_back:
        conversation.ai_state = AIState.AI
    if inbound.wants_answer and conversation.ai_state == AIState.AI and conversation.assigned_assistant_id:
        expect_answer(conversation, pause(inbound))
    conversation.save()
    if is_new:
        announce("created", conversation, CUSTOMER)
    if came_back:
        change_status(conversation, Status.ACTIVE, CUSTOMER)
    announce_message("created", message, conversation, CUSTOMER)
    announce("updated", conversation, CUSTOMER)
    return message


def note_sign_of_life(conversation: Conversation, wrote_at: datetime) -> None:
    """The customer can be reached, and written to for as long as the platform's window is open."""
    now = timezone.now()
    was_closed = is_closed(conversation, now)
    wrote_at = min(wrote_at, now)  # a clock that runs ahead opens no longer window
    conversation.last_inbound_at = max(filter(None, (conversation.last_inbound_at, wrote_at)))
    conversation.window_expires_at = opened_until(conversation, wrote_at, now)
    conversation.contact_unreachable_at = None
    if was_closed and conversation.last_sequence > 1:
        release_waiting(conversation)


def note_reaction(conversation: Conversation, reaction: Reaction) -> None:
    """On some platforms a reaction, too, lets us write to the contact of a locked thread."""
    note_sign_of_life(conversation, reaction.occurred_at)
    conversation.save()
    announce("updated", conversation, CUSTOMER)


def facts_of(conversation: Conversation, inbound: InboundMessage, metadata: dict[str, Any]) -> dict[str, Any]:
    replied = {"reply_to": inbound.reply_to} if inbound.reply_to else {}
    return {**picked(conversation, inbound.text), **metadata, **replied}


def pause(inbound: InboundMessage) -> float:
    """How long to wait for more: people describe a picture after they sent it."""
    return settings.DEBOUNCE_SECONDS if inbound.type == "text" else settings.DEBOUNCE_MEDIA_SECONDS


def add_message(conversation: Conversation, **fields: Any) -> Message:
    """The next message of a locked thread. The caller saves the thread."""
    conversation.last_sequence += 1
    message = Message.objects.create(
        conversation=conversation,
        sequence=conversation.last_sequence,
        integration_id=conversation.integration_id,
        **fields,
    )
    index_text(conversation, message.content)
    if not message.internal:
        conversation.last_message = message.content[:PREVIEW]
        conversation.last_message_time = message.created_at
    return message


def record_echo(integration: Integration, echo: Echo) -> Message:
    """A person answered in the platform's own app: theirs is an agent's message, and the assistant keeps still."""
    conversation, is_new = open_conversation(integration, echo.contact)
    metadata, files = split_off(echo.metadata, conversation.user_id)
    message = add_message(
        conversation,
        sender=Message.Sender.AGENT,
        content=echo.text,
        type=echo.type,
        status=Message.Status.SENT,
        metadata={**metadata, "native": True},
        external_id=echo.external_id,
        occurred_at=echo.occurred_at,
        sent_at=echo.occurred_at,
    )
    keep_files(message, files)
    silence_assistant(conversation)
    discard_pending(conversation, Actor("agent"))
    conversation.unread_count = 0
    conversation.first_response_at = conversation.first_response_at or echo.occurred_at
    conversation.save()
    if is_new:
        announce("created", conversation)
    announce_message("created", message, conversation, Actor("agent"))
    announce("updated", conversation, Actor("agent"))
    return message


@dataclass(frozen=True)
class Outgoing:
    """What a person or an assistant says. Exactly one of `agent` and `assistant` says it."""

    content: str
    agent: User | None = None
    assistant: Assistant | None = None
    type: str = Message.Type.TEXT
    internal: bool = False
    client_id: str | None = None
    in_reply_to: Message | None = None
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        if self.agent is not None:
            return Actor("agent", str(self.agent.id))
        return Actor("assistant", str(self.assistant.id) if self.assistant else None)


def queue_reply(conversation: Conversation, outgoing: Outgoing) -> list[Message]:
    """Put a reply of a locked thread into the outbox, in as many pieces as the platform needs.

    A person's reply silences the assistant in this same transaction. A private note goes nowhere and silences nobody.
    """
    now = timezone.now()
    pieces = split(conversation, outgoing)
    messages = [_queue(conversation, outgoing, piece, place, now) for place, piece in enumerate(pieces)]
    if not outgoing.internal:
        conversation.first_response_at = conversation.first_response_at or now
        discard_pending(conversation, outgoing.actor, outgoing.agent)
        if outgoing.agent is not None:
            silence_assistant(conversation)
            conversation.unread_count = 0
            conversation.assigned_agent = conversation.assigned_agent or outgoing.agent
    conversation.save()
    for message in messages:
        announce_message("created", message, conversation, outgoing.actor)
    announce("updated", conversation, outgoing.actor)
    return messages


def patience(outgoing: Outgoing) -> timedelta:
    """How long a message is worth sending."""
    if outgoing.metadata.get("wait_for_customer"):
        return WAITING_EXPIRY
    return AGENT_EXPIRY if outgoing.agent else ASSISTANT_EXPIRY


def split(conversation: Conversation, outgoing: Outgoing) -> list[Piece]:
    adapter = PLATFORMS.get(conversation.platform)
    if outgoing.internal or adapter is None:
        return [(outgoing.content, outgoing.metadata)]
    return pieces_of(adapter, outgoing.content, outgoing.metadata)


def _queue(conversation: Conversation, outgoing: Outgoing, piece: Piece, place: int, now: datetime) -> Message:
    content, metadata = piece
    message = add_message(
        conversation,
        sender=Message.Sender.AGENT if outgoing.agent else Message.Sender.ASSISTANT,
        content=content,
        type=outgoing.type if metadata.get("attachments") else Message.Type.TEXT,
        status=Message.Status.DELIVERED if outgoing.internal else Message.Status.QUEUED,
        metadata=metadata,
        internal=outgoing.internal,
        agent=outgoing.agent,
        assistant=outgoing.assistant,
        # Both are unique, so the first piece carries them for all.
        in_reply_to=outgoing.in_reply_to if place == 0 else None,
        client_id=outgoing.client_id if place == 0 else None,
        next_attempt_at=None if outgoing.internal else now,
        expires_at=None if outgoing.internal else now + patience(outgoing),
    )
    attach_uploads(message)
    return message
