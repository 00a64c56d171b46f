"""What an assistant may spend in a day of its own time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import F, Sum

from assistants.models import Assistant
from conversations.models import AssistantRun


def is_within_budget(assistant: Assistant, now: datetime) -> bool:
    """Whether a model may still be asked today. Runs that are being written count once they are written."""
    if assistant.max_tokens_per_day is None and assistant.max_cost_per_day is None:
        return True
    midnight = now.astimezone(ZoneInfo(assistant.timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
    today = AssistantRun.objects.filter(assistant=assistant, created_at__gte=midnight)
    spent = today.aggregate(tokens=Sum(F("tokens_in") + F("tokens_out")), cost=Sum("cost"))
    return not (
        (assistant.max_tokens_per_day is not None and (spent["tokens"] or 0) >= assistant.max_tokens_per_day)
        or (assistant.max_cost_per_day is not None and (spent["cost"] or 0) >= assistant.max_cost_per_day)
    )
