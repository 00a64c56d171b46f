"""The assistants' turn: claim a thread, think with no transaction open, speak only if nothing changed meanwhile."""

import logging
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from accounts import stream
from accounts.stream import Actor
from assistants.dialogue import Author, Dialogue, Reply, Turn
from assistants.engine import QUIET, decide_reply, silence
from assistants.models import Assistant
from assistants.providers.base import Cancelled, Watch
from conversations.actions.contacts import is_unnamed
from conversations.actions.messages import Outgoing, queue_reply
from conversations.actions.threads import AIState, Status, hand_off, lock_conversation
from conversations.models import Conversation, Message
from integrations.models import Integration

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
HISTORY = 40
AUTHORS: dict[str, Author] = {"user": "customer", "assistant": "assistant", "agent": "agent"}


@dataclass(frozen=True)
class Claim:
    conversation_id: uuid.UUID
    turn: int
    assistant: Assistant
    dialogue: Dialogue
    last_inbound: Message


def answer_thread(conversation_id: uuid.UUID) -> bool:
    """Let the thread's assistant answer, if it is due; True when it said something."""
    claimed = claim_turn(conversation_id)
    if claimed is None:
        return False
    try:
        watch = Watch(cancelled=Thinking(claimed).is_moot)
        reply = decide_reply(claimed.assistant, claimed.dialogue, timezone.now(), watch)
    except Cancelled:
        reply = silence("cancelled")
    return finish_turn(claimed, reply)


def claim_turn(conversation_id: uuid.UUID) -> Claim | None:
    """Take the lease on a thread whose burst has paused. At most one worker thinks about a thread at a time."""
    with stream.gathered():
        conversation = lock_conversation(conversation_id)
        now = timezone.now()  # the lock made us wait
        if conversation.answer_due_at is None or conversation.answer_due_at > now:
            return None
        if conversation.answer_lease_until is not None and conversation.answer_lease_until > now:
            return None
        assistant = speaking_assistant(conversation)
        inbound = conversation.messages.filter(sender=Message.Sender.USER).order_by("-sequence").first()
        if assistant is None or inbound is None:
            release(conversation)
            return None
        if conversation.answer_attempts >= MAX_ATTEMPTS:
            give_up(conversation, assistant)
            return None
        conversation.answer_lease_until = now + lease()
        conversation.answer_attempts += 1
        conversation.save(update_fields=["answer_lease_until", "answer_attempts"])
        return Claim(conversation.id, conversation.turn, assistant, dialogue(conversation), inbound)


def speaking_assistant(conversation: Conversation) -> Assistant | None:
    """Who may speak now: gates 2 to 4 of the reply's path (docs/architecture.md)."""
    if conversation.ai_state != AIState.AI or conversation.status not in {Status.ACTIVE, Status.PENDING}:
        return None
    if conversation.integration is None or conversation.integration.status == Integration.Status.INACTIVE:
        return None
    return conversation.assigned_assistant


def dialogue(conversation: Conversation) -> Dialogue:
    spoken = conversation.messages.filter(internal=False)
    # However long the history, a text that is said once in twelve hours has to be seen in it.
    canned = spoken.filter(metadata__kind__in=["auto", "out_of_hours"], created_at__gt=timezone.now() - QUIET)
    recent = {message.sequence: message for message in [*canned, *spoken.order_by("-sequence")[:HISTORY]]}
    return Dialogue(
        turns=tuple(as_turn(recent[sequence]) for sequence in sorted(recent)),
        contact_name="" if is_unnamed(conversation) else conversation.contact_name,
        platform=conversation.platform,
        language=conversation.language,
    )


def as_turn(message: Message) -> Turn:
    return Turn(AUTHORS[message.sender], message.content, message.created_at, (message.metadata or {}).get("kind", ""))


def lease() -> timedelta:
    return timedelta(seconds=settings.WORKER_LEASE_SECONDS)


class Thinking:
    """A claim while its assistant thinks. A model may take longer than the lease, which is short so that a killed
    worker is soon replaced: whoever still asks is alive, and asking renews it.
    """

    def __init__(self, claimed: Claim) -> None:
        self.claimed = claimed
        self.renewed_at = time.monotonic()

    def is_moot(self) -> bool:
        """Whether the customer wrote on, or a person took over, since the claim. Asked several times a second."""
        claimed = self.claimed
        fresh = Conversation.objects.filter(
            pk=claimed.conversation_id, turn=claimed.turn, ai_state=AIState.AI, assigned_assistant=claimed.assistant
        )
        if time.monotonic() < self.renewed_at + settings.WORKER_LEASE_SECONDS / 3:
            return not fresh.exists()
        self.renewed_at = time.monotonic()
        return not fresh.update(answer_lease_until=timezone.now() + lease())


def finish_turn(claimed: Claim, reply: Reply) -> bool:
    """Say it, unless the thread has moved on; a newer turn has a due time of its own."""
    with stream.gathered():
        conversation = lock_conversation(claimed.conversation_id)
        if conversation.turn != claimed.turn:
            conversation.answer_lease_until = None
            conversation.save(update_fields=["answer_lease_until"])
            return False
        still_speaking = speaking_assistant(conversation) == claimed.assistant
        release(conversation)
        if reply.kind == "silence" or not still_speaking:
            return False
        return say(conversation, claimed, reply)


def say(conversation: Conversation, claimed: Claim, reply: Reply) -> bool:
    metadata = {"kind": reply.kind, "engine": reply.engine, "confidence": reply.confidence, "reason": reply.reason}
    outgoing = Outgoing(reply.text, assistant=claimed.assistant, in_reply_to=claimed.last_inbound, metadata=metadata)
    try:
        with stream.gathered():
            queue_reply(conversation, outgoing)
            if reply.kind == "handoff":
                hand_off(conversation, outgoing.actor, reply.reason)
    except IntegrityError:
        if not Message.objects.filter(assistant=claimed.assistant, in_reply_to=claimed.last_inbound).exists():
            raise
        logger.warning("Thread %s had its answer already", conversation.id)
        return False
    return True


def release(conversation: Conversation) -> None:
    conversation.answer_due_at = conversation.answer_lease_until = conversation.burst_started_at = None
    conversation.save(update_fields=["answer_due_at", "answer_lease_until", "burst_started_at"])


def give_up(conversation: Conversation, assistant: Assistant) -> None:
    """Each try ended its worker: a person takes the thread, and the customer is not left with silence for ever."""
    release(conversation)
    hand_off(conversation, Actor("assistant", str(assistant.id)), "assistant_failed")


def threads_due(limit: int = 200) -> list[uuid.UUID]:
    now = timezone.now()
    due = Conversation.objects.filter(answer_due_at__lte=now).exclude(answer_lease_until__gt=now)
    return list(due.order_by("answer_due_at").values_list("id", flat=True)[:limit])
