"""The end of a turn: say it, keep it for a person, or drop it, unless the thread has moved on."""

import enum
import logging
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from accounts import stream
from accounts.stream import Actor
from assistants.dialogue import Reply
from assistants.engine import withheld
from conversations.actions.drafts import keep_draft, offer
from conversations.actions.effects import apply_effects
from conversations.actions.messages import Outgoing, queue_reply
from conversations.actions.runs import end_run, note_reply
from conversations.actions.threads import lock_conversation
from conversations.answering.claims import Claim, release
from conversations.answering.gate import closed_gate
from conversations.answering.handover import hand_over, step_aside, summary_of
from conversations.answering.modes import Plan, is_withheld, plan_of
from conversations.models import AssistantRun, Conversation, Message
from conversations.windows import is_closed

logger = logging.getLogger(__name__)
Outcome = AssistantRun.Outcome
MAX_RESTARTS = 2


class Verdict(enum.Enum):
    """What came of ringing for a thread."""

    NOTHING = "nothing was due, or nothing was said"
    SPOKE = "there is something to deliver"
    AGAIN = "the thread moved on, and is due anew"


def finish_turn(claimed: Claim, reply: Reply | None) -> Verdict:
    """Write what came of thinking; of nothing, when it was cancelled. A newer turn has a due time of its own."""
    with stream.gathered():
        conversation = lock_conversation(claimed.conversation_id)
        if reply is not None:
            note_reply(claimed.run, reply)
        if conversation.answer_due_at is None:  # a person took over, or another worker has answered
            release(conversation)
            end_run(claimed.run, Outcome.DROPPED, closed_gate(conversation) or "no_longer_due")
            return Verdict.NOTHING
        if conversation.turn != claimed.turn:
            return start_over(conversation, claimed)
        if reply is None or conversation.assigned_assistant_id != claimed.assistant.id:
            return pass_on(conversation, claimed)
        gate = closed_gate(conversation)
        release(conversation)
        if gate or reply.kind == "silence":
            end_run(claimed.run, Outcome.DROPPED if gate else Outcome.SILENT, gate or reply.reason)
            return Verdict.NOTHING
        return carry_out(conversation, claimed, reply)


def start_over(conversation: Conversation, claimed: Claim) -> Verdict:
    """The customer wrote on: what they want is another question now."""
    conversation.answer_restarts += 1
    end_run(claimed.run, Outcome.DROPPED, "newer_message")
    if conversation.answer_restarts > MAX_RESTARTS:
        release(conversation)
        step_aside(conversation, claimed.run, claimed.dialogue, "kept_writing")
        return Verdict.NOTHING
    conversation.answer_lease_until = None
    conversation.save(update_fields=["answer_lease_until", "answer_restarts"])
    return Verdict.AGAIN


def pass_on(conversation: Conversation, claimed: Claim) -> Verdict:
    """The thread was given to another assistant, which has the same burst to answer."""
    end_run(claimed.run, Outcome.DROPPED, "other_assistant")
    conversation.answer_due_at, conversation.answer_lease_until, conversation.answer_attempts = timezone.now(), None, 0
    conversation.save(update_fields=["answer_due_at", "answer_lease_until", "answer_attempts"])
    return Verdict.AGAIN


def carry_out(conversation: Conversation, claimed: Claim, reply: Reply) -> Verdict:
    if is_withheld(reply, claimed.assistant.reply_mode):
        reply = withheld(claimed.dialogue, reply)
    plan = plan_of(reply, claimed.assistant.reply_mode, window_open=not is_closed(conversation, timezone.now()))
    try:
        with stream.gathered():
            said = say(conversation, claimed, reply) if plan.sends else []
    except IntegrityError:
        if not Message.objects.filter(assistant=claimed.assistant, in_reply_to=claimed.last_inbound).exists():
            raise
        logger.warning("Thread %s had its answer already", conversation.id)
        end_run(claimed.run, Outcome.DROPPED, "answered_already")
        return Verdict.NOTHING
    if plan.draft:
        keep_draft(conversation, claimed.run, plan.draft, plan.draft_reason, reply.choices)
    apply_effects(conversation, reply.effects, Actor("assistant", str(claimed.assistant.id)))
    if plan.hands_over:
        reason = reply.reason or plan.draft_reason
        hand_over(
            conversation,
            claimed.run,
            reason,
            summary_of(conversation, claimed.dialogue, reason, reply.effects.summary),
        )
    end_run(claimed.run, outcome_of(plan), plan.draft_reason, said[0] if said else None)
    return Verdict.SPOKE if said else Verdict.NOTHING


def outcome_of(plan: Plan) -> str:
    if plan.hands_over:
        return Outcome.HANDED_OFF
    return Outcome.SENT if plan.sends else Outcome.DRAFTED


def say(conversation: Conversation, claimed: Claim, reply: Reply) -> list[Message]:
    outgoing = Outgoing(
        reply.text,
        assistant=claimed.assistant,
        in_reply_to=claimed.last_inbound,
        metadata=metadata_of(reply, str(claimed.run.id)),
    )
    return queue_reply(conversation, outgoing)


def metadata_of(reply: Reply, run_id: str) -> dict[str, Any]:
    cited = [passage for passage in reply.passages if passage.cited]
    return {
        "kind": reply.kind,
        "engine": reply.engine,
        "confidence": reply.confidence,
        "reason": reply.reason,
        "citations": [{"source_id": passage.source_id, "title": passage.title} for passage in cited],
        "run_id": run_id,
        "draft_id": run_id,
        **offer(reply.choices, run_id),
    }


def fail_turn(claimed: Claim, error: Exception) -> None:
    """The engine itself broke: the lease runs out, and another worker tries."""
    claimed.run.error = f"{type(error).__name__}: {error}"[:1000]
    claimed.run.save(update_fields=["error"])
    end_run(claimed.run, Outcome.FAILED, "error")
