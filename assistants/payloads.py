"""The one JSON shape of an assistant and of what belongs to it: REST and events show these."""

from typing import Any

from assistants.knowledge.problems import sentence
from assistants.models import (
    Assistant,
    FAQCandidate,
    KnowledgeSource,
    PromptVersion,
    Schedule,
    ScheduleException,
    TrainingRun,
)
from flame.lib.times import utc


def assistant_payload(assistant: Assistant) -> dict[str, Any]:
    return {
        "id": str(assistant.id),
        "user_id": str(assistant.user_id),
        "name": assistant.name,
        "description": assistant.description,
        "type": assistant.type,
        "status": assistant.status,
        "auto_response": assistant.auto_response,
        "ai_prompt": assistant.ai_prompt,
        "out_of_hours_text": assistant.out_of_hours_text,
        "timezone": assistant.timezone,
        "temperature": assistant.temperature,
        "max_tokens": assistant.max_tokens,
        "model": assistant.model,
        "reply_mode": assistant.reply_mode,
        "max_tokens_per_day": assistant.max_tokens_per_day,
        "max_cost_per_day": None if assistant.max_cost_per_day is None else float(assistant.max_cost_per_day),
        "created_at": utc(assistant.created_at),
        "updated_at": utc(assistant.updated_at),
    }


def schedule_payload(schedule: Schedule) -> dict[str, Any]:
    return {
        "id": str(schedule.id),
        "assistant_id": str(schedule.assistant_id),
        "day_of_week": schedule.day_of_week,
        "start_time": schedule.start_time.isoformat("seconds"),
        "end_time": schedule.end_time.isoformat("seconds"),
        "enabled": schedule.enabled,
        "created_at": utc(schedule.created_at),
    }


def exception_payload(exception: ScheduleException) -> dict[str, Any]:
    return {
        "id": str(exception.id),
        "assistant_id": str(exception.assistant_id),
        "date": exception.date.isoformat(),
        "start_time": exception.start_time and exception.start_time.isoformat("seconds"),
        "end_time": exception.end_time and exception.end_time.isoformat("seconds"),
        "label": exception.label,
        "created_at": utc(exception.created_at),
    }


def source_payload(source: KnowledgeSource) -> dict[str, Any]:
    """`error` is a sentence in the reader's language."""
    return {
        "id": str(source.id),
        "assistant_id": str(source.assistant_id),
        "kind": source.kind,
        "title": source.title,
        "status": source.status,
        "error": sentence(source.error),
        "error_code": source.error["code"] if source.error else None,
        "url": source.url,
        "created_at": utc(source.created_at),
        "updated_at": utc(source.updated_at),
    }


def candidate_payload(candidate: FAQCandidate) -> dict[str, Any]:
    return {
        "id": str(candidate.id),
        "assistant_id": str(candidate.assistant_id),
        "question": candidate.question,
        "answer": candidate.answer,
        "status": candidate.status,
        "asked": candidate.asked,
        "asked_at": utc(candidate.asked_at),
        "created_at": utc(candidate.created_at),
    }


def training_payload(run: TrainingRun) -> dict[str, Any]:
    """`error` is a sentence in the reader's language: that of the caller over REST, Spanish in events."""
    return {
        "run_id": str(run.id),
        "assistant_id": str(run.assistant_id),
        "status": run.status,
        "stage": run.stage,
        "done": run.done,
        "total": run.total,
        "report": run.report,
        "error": sentence(run.error),
        "error_code": run.error["code"] if run.error else None,
        "version_id": str(run.version_id) if run.version_id else None,
        "created_at": utc(run.created_at),
        "finished_at": utc(run.finished_at) if run.finished_at else None,
    }


def prompt_version_payload(version: PromptVersion) -> dict[str, Any]:
    return {
        "id": str(version.id),
        "number": version.number,
        "text": version.text,
        "author_id": None if version.author_id is None else str(version.author_id),
        "created_at": utc(version.created_at),
    }
