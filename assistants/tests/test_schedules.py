"""The rule against an oracle that enumerates minutes instead of comparing clocks, and against its own symmetries."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistants.schedules import Range, is_open

WEEK = (
    Range(0, time(1, 30), time(3, 15)),
    Range(0, time(22), time(2)),
    Range(1, time(9), time(13)),
    Range(1, time(15), time(19, 30)),
    Range(5, time(23), time(23)),
    Range(6, time(0), time(0)),
)
# Each zone on the days around a change of its clocks (or none): an hour, half an hour, midnight, mid-week.
CHANGES = [
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/Madrid", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("America/Santiago", date(2026, 9, 6)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("America/Mexico_City", date(2026, 4, 5)),
    ("Asia/Kathmandu", date(2026, 3, 29)),
]

ranges = st.builds(Range, st.integers(0, 6), st.times(), st.times())
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
zones = st.sampled_from(sorted({zone for zone, _ in CHANGES}))


def open_minutes(around: date) -> set[datetime]:
    """Every minute on the wall that a range covers, a range being a walk from its start to its end."""
    found = set()
    for day in (around + timedelta(days=n) for n in range(-3, 4)):
        for opening in WEEK:
            if (day.weekday() + 1) % 7 != opening.day_of_week:
                continue
            minute = datetime.combine(day, opening.start)
            end = datetime.combine(day, opening.end)
            end += timedelta(days=1) if end <= minute else timedelta(0)
            while minute < end:
                found.add(minute)
                minute += timedelta(minutes=1)
    return found


@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_every_minute_around_a_clock_change_agrees_with_the_oracle(zone, change):
    expected = open_minutes(change)
    start = datetime.combine(change, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC) - timedelta(hours=6)
    for n in range(36 * 60):
        at = start + timedelta(minutes=n)
        wall = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
        assert is_open(WEEK, zone, at) is (wall in expected), (at, wall)


def test_no_range_is_always_open():
    assert is_open([], "America/Mexico_City", datetime(2026, 1, 1, 3, tzinfo=UTC))


def test_equal_midnights_are_the_whole_day_and_nothing_else():
    friday = [Range(5, time(0), time(0))]
    zone = ZoneInfo("America/Mexico_City")
    assert is_open(friday, "America/Mexico_City", datetime(2026, 11, 20, 0, 0, tzinfo=zone))
    assert is_open(friday, "America/Mexico_City", datetime(2026, 11, 20, 23, 59, 59, tzinfo=zone))
    assert not is_open(friday, "America/Mexico_City", datetime(2026, 11, 21, 0, 0, tzinfo=zone))
    assert not is_open(friday, "America/Mexico_City", datetime(2026, 11, 19, 23, 59, 59, tzinfo=zone))


@given(st.lists(ranges, min_size=1, max_size=5), zones, moments)
def test_ranges_are_a_union(openings, zone, at):
    assert is_open(openings, zone, at) is any(is_open([opening], zone, at) for opening in openings)


@given(ranges, zones, moments)
def test_a_range_and_the_rest_of_the_week_hold_each_moment_once(opening, zone, at):
    assume(opening.start != opening.end)
    overnight = opening.end < opening.start
    rest = [
        Range((opening.day_of_week + overnight) % 7, opening.end, time(0)),
        Range(opening.day_of_week, time(0), opening.start),
        *(Range((opening.day_of_week + n) % 7, time(0), time(0)) for n in range(1 + overnight, 7)),
    ]
    if opening.start == time(0):  # nothing lies before it, and 00:00-00:00 would be the whole day
        rest.remove(Range(opening.day_of_week, time(0), time(0)))
    assert is_open([opening], zone, at) is not is_open(rest, zone, at)
