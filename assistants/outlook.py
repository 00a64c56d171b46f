"""What an assistant would do with a message at a moment, and why: the rules that need no message to be read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from assistants.models import Assistant
from assistants.schedules import Exceptional, Hours, Range, Ruling, rule

Would = Literal["answer", "auto_response", "out_of_hours_text", "silence"]
Reason = Literal["assistant_inactive", "open", "closed", "no_auto_response", "no_out_of_hours_text"]


@dataclass(frozen=True)
class Outlook:
    would: Would
    reason: Reason
    ruling: Ruling
    template: str = ""
    """The canned text, with its placeholders, where one is said."""


def hours_of(assistant: Assistant) -> Hours:
    """Its enabled ranges and its special days. Two queries, unless they are prefetched."""
    weekly = [row for row in assistant.schedules.all() if row.enabled]
    special = assistant.exceptions.all()
    return Hours(
        assistant.timezone,
        tuple(Range(row.day_of_week, row.start_time, row.end_time) for row in weekly),
        tuple(Exceptional(row.date, row.start_time, row.end_time, row.label) for row in special),
    )


def outlook(assistant: Assistant, at: datetime, out_of_hours_text: str = "") -> Outlook:
    """`out_of_hours_text` is said where the assistant has none of its own."""
    ruling = rule(hours_of(assistant), at)
    if assistant.status == Assistant.Status.INACTIVE:
        return Outlook("silence", "assistant_inactive", ruling)
    if not ruling.open:
        return _canned("out_of_hours_text", assistant.out_of_hours_text.strip() or out_of_hours_text, ruling)
    if assistant.type == Assistant.Type.AUTO:
        return _canned("auto_response", assistant.auto_response, ruling)
    return Outlook("answer", "open", ruling)


def _canned(would: Literal["auto_response", "out_of_hours_text"], template: str | None, ruling: Ruling) -> Outlook:
    if not (template or "").strip():
        missing: Reason = "no_auto_response" if would == "auto_response" else "no_out_of_hours_text"
        return Outlook("silence", missing, ruling)
    return Outlook(would, "open" if ruling.open else "closed", ruling, template or "")
