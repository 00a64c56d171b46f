"""When an assistant is open, and why. Pure: hours and a moment in, a ruling out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

Basis = Literal["always", "range", "exception"]
LOOK_AHEAD_DAYS = 8
"""The week repeats itself; only an exception can change the picture later, and those are looked at too."""


@dataclass(frozen=True)
class Range:
    """One opening range by the clock on the wall. `end <= start` runs past midnight; equal ends make 24 hours."""

    day_of_week: int
    """0 is Sunday."""
    start: time
    end: time


@dataclass(frozen=True)
class Exceptional:
    """A date that has hours of its own: those of all its rows. Without a start it has none and adds nothing."""

    day: date
    start: time | None = None
    end: time | None = None
    label: str = ""


@dataclass(frozen=True)
class Hours:
    zone: str
    """An IANA name."""
    ranges: tuple[Range, ...] = ()
    """No range at all means always open, but for the exceptions."""
    exceptions: tuple[Exceptional, ...] = ()
    """They replace what begins on their date. What began the night before runs on."""


@dataclass(frozen=True)
class Ruling:
    open: bool
    basis: Basis
    """What decided: no hours at all, the week's, or an exception's."""
    begun: date | None = None
    """The local date on which the open range began."""
    start: time | None = None
    end: time | None = None
    label: str = field(default="", compare=False)


def is_open(hours: Hours, at: datetime) -> bool:
    return rule(hours, at).open


def rule(hours: Hours, at: datetime) -> Ruling:
    """How the wall clock of the zone stands to the hours.

    The clock decides, not the time elapsed: an hour that a zone skips in spring is open to nobody, and one that it
    repeats in autumn is open both times.
    """
    local = at.astimezone(ZoneInfo(hours.zone))
    today, clock = local.date(), local.time()
    for opening in _beginning_on(hours, today):
        if _holds_today(opening, clock):
            return opening
    for opening in _beginning_on(hours, today - timedelta(days=1)):
        if opening.open and _overnight(opening) and clock < _end(opening):
            return opening
    named = _exceptions_on(hours, today)
    return Ruling(False, "exception" if named else "range", label=_label(named))


def next_change(hours: Hours, at: datetime) -> datetime | None:
    """The next moment at which `is_open` answers otherwise, in UTC; None when it never will."""
    now = is_open(hours, at)
    return next((moment for moment in _edges(hours, at) if is_open(hours, moment) is not now), None)


def _beginning_on(hours: Hours, day: date) -> list[Ruling]:
    exceptions = _exceptions_on(hours, day)
    if exceptions:
        label = _label(exceptions)
        return [Ruling(True, "exception", day, each.start, each.end, label) for each in exceptions if each.start]
    if not hours.ranges:
        return [Ruling(True, "always", day, time(0), time(0))]
    weekday = day.isoweekday() % 7
    return [Ruling(True, "range", day, each.start, each.end) for each in hours.ranges if each.day_of_week == weekday]


def _exceptions_on(hours: Hours, day: date) -> list[Exceptional]:
    return [each for each in hours.exceptions if each.day == day]


def _label(exceptions: list[Exceptional]) -> str:
    return next((each.label for each in exceptions if each.label), "")


def _holds_today(opening: Ruling, clock: time) -> bool:
    return _start(opening) <= clock and (_overnight(opening) or clock < _end(opening))


def _overnight(opening: Ruling) -> bool:
    return _end(opening) <= _start(opening)


def _start(opening: Ruling) -> time:
    return opening.start or time(0)


def _end(opening: Ruling) -> time:
    return opening.end or time(0)


def _edges(hours: Hours, at: datetime) -> Iterator[datetime]:
    """Every moment after `at` at which something may begin or end, in order."""
    zone = ZoneInfo(hours.zone)
    first = at.astimezone(zone).date() - timedelta(days=1)
    days = {first + timedelta(days=n) for n in range(LOOK_AHEAD_DAYS + 2)}
    days |= {each.day + timedelta(days=n) for each in hours.exceptions for n in (0, 1) if each.day > first}
    edges = {edge for day in days for edge in (*_edges_of(hours, day, zone), *_clock_changes(day, zone))}
    yield from sorted(edge for edge in edges if edge > at)


def _edges_of(hours: Hours, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """Midnight, and where the day's ranges begin and end. A clock time that comes twice is an edge both times."""
    walls = [datetime.combine(day, time(0))]
    for opening in _beginning_on(hours, day):
        ends_on = day + timedelta(days=_overnight(opening))
        walls += [datetime.combine(day, _start(opening)), datetime.combine(ends_on, _end(opening))]
    return (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for wall in walls for fold in (0, 1))


def _clock_changes(day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """Zones change their clocks at a full or half hour of UTC."""
    midnight = datetime.combine(day, time(0), tzinfo=UTC)
    steps = [midnight + timedelta(minutes=30 * n) for n in range(49)]
    for before, after in pairwise(steps):
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            yield after
