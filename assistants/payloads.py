"""The one JSON shape of an assistant and of a schedule: REST and events show these."""

from typing import Any

from assistants.models import Assistant, Schedule
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
