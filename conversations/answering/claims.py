"""Taking a thread whose burst has paused: at most one worker thinks about a thread at a time."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts import stream
from assistants.dialogue import Dialogue
from assistants.models import Assistant
from conversations.actions.runs import begin_run, end_run, end_unfinished
from conversations.actions.threads import lock_conversation
from conversations.answering.budget import is_within_budget
from conversations.answering.gate import closed_gate
from conversations.answering.handover import step_aside
from conversations.answering.loops import is_loop
from conversations.answering.reading import dialogue_of
from conversations.models import AssistantRun, Conversation, Message

MAX_ATTEMPTS = 3
FORGIVING = timedelta(minutes=15)
LOOP_TAG = "loop"


@dataclass(frozen=True)
class Claim:
    conversation_id: uuid.UUID
    turn: int
    assistant: Assistant
    dialogue: Dialogue
    last_inbound: Message
    run: AssistantRun
    may_ask_model: bool


def claim_turn(conversation_id: uuid.UUID) -> Claim | None:
    """Take the lease on a thread that is due. Raises Conversation.DoesNotExist."""
    with stream.gathered():
        conversation = lock_conversation(conversation_id)
        now = timezone.now()  # the lock made us wait
        if conversation.answer_due_at is None or conversation.answer_due_at > now:
            return None
        if conversation.answer_lease_until is not None and conversation.answer_lease_until > now:
            return None
        end_unfinished(conversation)
        assistant = conversation.assigned_assistant
        inbound = conversation.messages.filter(sender=Message.Sender.USER).order_by("-sequence").first()
        if assistant is None or inbound is None:
            release(conversation)
            return None
        return take(conversation, assistant, inbound)


def take(conversation: Conversation, assistant: Assistant, inbound: Message) -> Claim | None:
    """The lease, if every gate is open; what was not done is on record, too."""
    dialogue = dialogue_of(conversation)
    run = begin_run(conversation, assistant, inbound, dialogue.question)
    if gate := closed_gate(conversation):
        release(conversation)
        end_run(run, AssistantRun.Outcome.SILENT, gate)
        return None
    if conversation.answer_attempts >= MAX_ATTEMPTS:
        # Each try ended its worker: the customer is not left with silence for ever.
        release(conversation)
        step_aside(conversation, run, dialogue, "assistant_failed")
        return None
    if is_loop(conversation, inbound, dialogue):
        release(conversation)
        conversation.tags = [*dict.fromkeys([*conversation.tags, LOOP_TAG])]
        step_aside(conversation, run, dialogue, "loop")
        return None
    conversation.answer_lease_until = timezone.now() + lease()
    conversation.answer_attempts += 1
    conversation.save(update_fields=["answer_lease_until", "answer_attempts"])
    may_ask_model = is_within_budget(assistant, timezone.now())
    return Claim(conversation.id, conversation.turn, assistant, dialogue, inbound, run, may_ask_model)


def lease() -> timedelta:
    return timedelta(seconds=settings.WORKER_LEASE_SECONDS)


def release(conversation: Conversation) -> None:
    """The burst has had its turn, whatever came of it."""
    conversation.answer_due_at = conversation.answer_lease_until = conversation.burst_started_at = None
    conversation.answer_attempts = conversation.answer_restarts = 0
    conversation.save(
        update_fields=[
            "answer_due_at",
            "answer_lease_until",
            "burst_started_at",
            "answer_attempts",
            "answer_restarts",
        ]
    )


def forgive(claimed: Claim) -> None:
    """The database failed and the worker lives, so the try says nothing of the thread: it does not count.

    For a while only: a thread that brings the database down is as bad as one that ends its worker.
    """
    connection.close()
    with stream.gathered():
        conversation = lock_conversation(claimed.conversation_id)
        end_run(claimed.run, AssistantRun.Outcome.FAILED, "database")
        young = claimed.last_inbound.created_at > timezone.now() - FORGIVING
        if conversation.turn == claimed.turn and young and conversation.answer_attempts:
            conversation.answer_attempts -= 1
        conversation.answer_lease_until = None
        conversation.save(update_fields=["answer_attempts", "answer_lease_until"])


def threads_due(limit: int = 200) -> list[uuid.UUID]:
    now = timezone.now()
    due = Conversation.objects.filter(answer_due_at__lte=now).exclude(answer_lease_until__gt=now)
    return list(due.order_by("answer_due_at").values_list("id", flat=True)[:limit])
