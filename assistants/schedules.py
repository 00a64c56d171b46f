"""When an assistant is open. Pure: ranges, a time zone and a moment in, yes or no out."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Range:
    """One opening range by the clock on the wall. `end <= start` runs past midnight; equal ends make 24 hours."""

    day_of_week: int
    """0 is Sunday."""
    start: time
    end: time


def is_open(ranges: Collection[Range], zone: str, at: datetime) -> bool:
    """Whether the wall clock of an IANA zone stands in a range. No range at all means always open.

    The clock decides, not the time elapsed: an hour that a zone skips in spring is open to nobody, and one that it
    repeats in autumn is open both times.
    """
    if not ranges:
        return True
    local = at.astimezone(ZoneInfo(zone))
    today = local.isoweekday() % 7
    return any(_holds(opening, today, local.time()) for opening in ranges)


def _holds(opening: Range, today: int, clock: time) -> bool:
    began_today = opening.day_of_week == today
    if opening.start < opening.end:
        return began_today and opening.start <= clock < opening.end
    began_yesterday = opening.day_of_week == (today - 1) % 7
    return (began_today and clock >= opening.start) or (began_yesterday and clock < opening.end)
