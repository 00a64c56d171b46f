"""The time that a report covers, and the steps it goes by: the hours, days, weeks or months of a time zone.

Instants are in UTC throughout, because Python compares two times of one zone by their walls, which repeat in autumn.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from flame.lib.times import YEARS

GroupBy = Literal["hour", "day", "week", "month"]
GROUPS: tuple[GroupBy, ...] = get_args(GroupBy)
MAX_STEPS = 750
"""A month by hours, two years by days."""
DEFAULT_DAYS = 7
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
EATEN_PLUS = re.compile(r" (\d{2}:?\d{2})$")


class EmptyRange(ValueError):
    """It ends where it begins, or before."""


class TooManySteps(ValueError):
    """More than MAX_STEPS."""


@dataclass(frozen=True)
class Span:
    """Half-open: `start` belongs to it, `end` does not."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Range(Span):
    zone: ZoneInfo
    group_by: GroupBy

    @cached_property
    def previous(self) -> Span:
        """As long, and just before: whole days by the calendar, so that a change of clocks shifts no midnight."""
        first, last = (moment.astimezone(self.zone).date() for moment in (self.start, self.end))
        if self.start == midnight(first, self.zone) and self.end == midnight(last, self.zone):
            return Span(midnight(first - (last - first), self.zone), self.start)
        return Span(self.start - (self.end - self.start), self.start)

    @cached_property
    def steps(self) -> list[Span]:
        """The range cut at the zone's own boundaries; what the range cuts off the first and the last is left out."""
        starts = [self.start]
        for boundary in _boundaries(self.start, self.zone, self.group_by):
            if boundary >= self.end:
                break
            if len(starts) == MAX_STEPS:
                raise TooManySteps
            starts.append(boundary)
        return [Span(*pair) for pair in zip(starts, [*starts[1:], self.end], strict=True)]


def read_moment(text: str) -> date | datetime:
    """A day, or an RFC 3339 time with its offset. Raises ValueError."""
    # The "+" of an offset that was not escaped arrives as a space.
    text = EATEN_PLUS.sub(r"+\1", text.strip())
    moment = date.fromisoformat(text) if DAY.fullmatch(text) else datetime.fromisoformat(text)
    if moment.year not in YEARS or (isinstance(moment, datetime) and moment.tzinfo is None):
        raise ValueError(text)
    return moment


def covering(
    start: date | datetime | None, end: date | datetime | None, zone: ZoneInfo, group_by: GroupBy, now: datetime
) -> Range:
    """From one moment to another; by default the seven days that end with today. Raises EmptyRange or TooManySteps."""
    last = _instant(end if end is not None else now.astimezone(zone).date() + timedelta(days=1), zone)
    first = _instant(start, zone) if start is not None else _days_before(last, zone)
    if first >= last:
        raise EmptyRange
    found = Range(first, last, zone, group_by)
    _ = found.steps
    return found


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When the day begins; where the clocks skip midnight, the moment at which they do."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _instant(moment: date | datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else midnight(moment, zone)


def _days_before(end: datetime, zone: ZoneInfo) -> datetime:
    wall = end.astimezone(zone) - timedelta(days=DEFAULT_DAYS)  # by the wall: the same time of the day
    return wall.astimezone(UTC)


def _boundaries(start: datetime, zone: ZoneInfo, group_by: GroupBy) -> Iterator[datetime]:
    at = start
    while True:
        at = _next_hour(at, zone) if group_by == "hour" else _next_midnight(at, zone, group_by)
        yield at


def _next_hour(at: datetime, zone: ZoneInfo) -> datetime:
    # Sixty minutes on from the last full hour, so an hour that happens twice is two steps.
    wall = at.astimezone(zone)
    return at + timedelta(hours=1) - timedelta(minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)


def _next_midnight(at: datetime, zone: ZoneInfo, group_by: GroupBy) -> datetime:
    today = at.astimezone(zone).date()
    if group_by == "month":
        day = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    else:
        day = today + timedelta(days=1 if group_by == "day" else 7 - today.weekday())
    while (boundary := midnight(day, zone)) <= at:  # Samoa had no 30 December 2011
        day += timedelta(days=1)
    return boundary
