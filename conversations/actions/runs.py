"""The record of an assistant's attempts."""

import uuid
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from assistants.dialogue import Reply
from assistants.models import Assistant
from assistants.prices import cost_of
from assistants.prompts import version_of
from conversations.live_text import show_lost
from conversations.models import AssistantRun, Conversation, Message

Outcome = AssistantRun.Outcome
UNSETTLED = [Outcome.RUNNING, Outcome.FAILED]
"""A worker that was given up for dead may still come back with an answer."""


def begin_run(conversation: Conversation, assistant: Assistant, inbound: Message, question: str) -> AssistantRun:
    """The attempt that a locked thread's assistant is about to make."""
    return AssistantRun.objects.create(
        user_id=conversation.user_id,
        conversation=conversation,
        assistant=assistant,
        inbound=inbound,
        turn=conversation.turn,
        attempt=conversation.answer_attempts + 1,
        question=question,
        prompt_version=prompt_version(assistant),
    )


def record_preview(user_id: uuid.UUID, assistant: Assistant, question: str, reply: Reply) -> AssistantRun:
    """A reply that nobody but the team has seen."""
    return AssistantRun.objects.create(
        user_id=user_id,
        assistant=assistant,
        trigger=AssistantRun.Trigger.PREVIEW,
        question=question,
        prompt_version=prompt_version(assistant),
        outcome=Outcome.SHOWN,
        finished_at=timezone.now(),
        **facts_of(reply),
    )


def prompt_version(assistant: Assistant) -> int | None:
    return version_of(assistant).number if assistant.type == Assistant.Type.AI else None


def note_reply(run: AssistantRun, reply: Reply) -> None:
    """What was decided, and what it cost, whatever becomes of it."""
    AssistantRun.objects.filter(pk=run.pk).update(**facts_of(reply))


def facts_of(reply: Reply) -> dict[str, Any]:
    trace = reply.trace
    return {
        "engine": reply.engine,
        "model": trace.model,
        "knowledge_version": trace.knowledge_version,
        "tokens_in": trace.tokens_in,
        "tokens_out": trace.tokens_out,
        "cost": cost_of(trace.model, trace.tokens_in, trace.tokens_out),
        "first_token_ms": milliseconds(trace.first_token_seconds),
        "total_ms": milliseconds(trace.total_seconds),
        "tries": list(trace.tries),
        "finish_reason": trace.finish_reason,
        "decision": reply.kind,
        "reason": reply.reason,
        "text": reply.draft or reply.text,
        "choices": list(reply.choices),
        "confidence": reply.confidence,
        "certainty": reply.certainty,
        "passages": [asdict(passage) for passage in reply.passages],
        "tool_calls": list(trace.tool_calls),
        "guard": trace.guard,
        "fallback": list(trace.fallback),
    }


def milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)


def end_run(run: AssistantRun, outcome: str, reason: str = "", message: Message | None = None) -> None:
    """What became of it. The first end of a run counts, so one that is told twice is told once."""
    AssistantRun.objects.filter(pk=run.pk, outcome__in=UNSETTLED).update(
        outcome=outcome, outcome_reason=reason, message=message, finished_at=timezone.now()
    )


def trim_old_runs(before: datetime) -> int:
    """Leave of old runs what reports count; answers how many were trimmed."""
    old = AssistantRun.objects.filter(created_at__lt=before).exclude(question="", text="", passages=[])
    return old.update(question="", text="", choices=[], passages=[], tool_calls=[], guard={}, error="")


def end_unfinished(conversation: Conversation) -> None:
    """The attempts of a locked thread whose worker is gone: whoever watched their text is told that it ended."""
    for run in conversation.runs.unfinished():
        end_run(run, Outcome.FAILED, "worker_ended")
        transaction.on_commit(partial(show_lost, run))
