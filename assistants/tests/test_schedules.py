"""The rule against an oracle that enumerates minutes instead of comparing clocks, and against its own symmetries."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistants.schedules import Exceptional, Hours, Range, is_open, next_change, rule

WEEK = (
    Range(0, time(1, 30), time(3, 15)),
    Range(0, time(22), time(2)),
    Range(1, time(9), time(13)),
    Range(1, time(15), time(19, 30)),
    Range(5, time(23), time(23)),
    Range(6, time(0), time(0)),
)
SPECIAL = (
    Exceptional(date(2026, 3, 8), time(20), time(4)),
    Exceptional(date(2026, 3, 8), time(10), time(11)),
    Exceptional(date(2026, 10, 25), label="Cerrado"),
)
ZONES = ("America/New_York", "Europe/Madrid", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca")
YEARS = range(2020, 2030)


def changes_of(zone: str) -> list[date]:
    """The dates of ten years on which the zone's clocks change."""
    found, day, end = [], date(YEARS[0], 1, 1), date(YEARS[-1] + 1, 1, 1)
    while day < end:
        midnights = (datetime.combine(day + timedelta(days=n), time(), tzinfo=ZoneInfo(zone)) for n in (0, 1))
        if len({midnight.utcoffset() for midnight in midnights}) == 2:
            found.append(day)
        day += timedelta(days=1)
    return found


ranges = st.builds(Range, st.integers(0, 6), st.times(), st.times())
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
zones = st.sampled_from([*ZONES, "America/Mexico_City", "Asia/Kathmandu"])


def open_minutes(around: date) -> set[datetime]:
    """Every minute on the wall that a range covers, a range being a walk from its start to its end."""
    found = set()
    for day in (around + timedelta(days=n) for n in range(-3, 4)):
        special = [each for each in SPECIAL if each.day == day]
        weekly = [each for each in WEEK if each.day_of_week == (day.weekday() + 1) % 7]
        for start, end in [(each.start, each.end) for each in special or weekly if each.start and each.end]:
            minute, last = datetime.combine(day, start), datetime.combine(day, end)
            last += timedelta(days=1) if last <= minute else timedelta(0)
            while minute < last:
                found.add(minute)
                minute += timedelta(minutes=1)
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_every_minute_around_ten_years_of_clock_changes_agrees_with_the_oracle(zone):
    hours, changes = Hours(zone, WEEK, SPECIAL), changes_of(zone)
    assert len(changes) >= 2 * len(YEARS)
    for change in changes:
        expected = open_minutes(change)
        start = datetime.combine(change, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC) - timedelta(hours=6)
        for n in range(36 * 60):
            at = start + timedelta(minutes=n)
            wall = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
            assert is_open(hours, at) is (wall in expected), (at, wall)


def test_a_special_day_replaces_what_begins_on_it_and_the_night_before_runs_on():
    christmas = date(2026, 12, 25)  # a Friday
    week = (Range(4, time(20), time(2)), Range(5, time(9), time(18)))
    at = partial(datetime, 2026, 12, 25, tzinfo=ZoneInfo("Europe/Madrid"))
    closed = Hours("Europe/Madrid", week, (Exceptional(christmas, label="Navidad"),))
    assert [is_open(closed, at(hour)) for hour in (1, 2, 10, 20)] == [True, False, False, False]
    assert (rule(closed, at(10)).basis, rule(closed, at(10)).label) == ("exception", "Navidad")
    short = Hours(
        "Europe/Madrid", week, (Exceptional(christmas, time(12), time(14), "Navidad"), Exceptional(christmas))
    )
    assert [is_open(short, at(hour)) for hour in (1, 10, 12, 14)] == [True, False, True, False]
    assert rule(short, at(12)).begun == christmas


def test_a_closed_date_closes_an_assistant_that_is_otherwise_always_open():
    hours = Hours("Europe/Madrid", (), (Exceptional(date(2026, 12, 25)),))
    at = partial(datetime, tzinfo=ZoneInfo("Europe/Madrid"))
    assert [is_open(hours, at(2026, 12, day, 12)) for day in (24, 25, 26)] == [True, False, True]
    assert next_change(hours, at(2026, 6, 1)) == at(2026, 12, 25)
    assert next_change(hours, at(2026, 12, 25, 3)) == at(2026, 12, 26)
    assert next_change(hours, at(2026, 12, 26)) is None


def test_no_range_is_always_open():
    assert is_open(Hours("America/Mexico_City"), datetime(2026, 1, 1, 3, tzinfo=UTC))


def test_equal_midnights_are_the_whole_day_and_nothing_else():
    friday = Hours("America/Mexico_City", (Range(5, time(0), time(0)),))
    zone = ZoneInfo("America/Mexico_City")
    assert is_open(friday, datetime(2026, 11, 20, 0, 0, tzinfo=zone))
    assert is_open(friday, datetime(2026, 11, 20, 23, 59, 59, tzinfo=zone))
    assert not is_open(friday, datetime(2026, 11, 21, 0, 0, tzinfo=zone))
    assert not is_open(friday, datetime(2026, 11, 19, 23, 59, 59, tzinfo=zone))


@given(st.lists(ranges, min_size=1, max_size=5), zones, moments)
def test_ranges_are_a_union(openings, zone, at):
    alone = [is_open(Hours(zone, (opening,)), at) for opening in openings]
    assert is_open(Hours(zone, tuple(openings)), at) is any(alone)


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
    assert is_open(Hours(zone, (opening,)), at) is not is_open(Hours(zone, tuple(rest)), at)


minutes = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.builds(Range, st.integers(0, 6), minutes, minutes), min_size=1, max_size=3), zones, moments)
def test_the_next_change_is_the_first_minute_that_differs(openings, zone, at):
    hours, at = Hours(zone, tuple(openings)), at.replace(second=0, microsecond=0)
    now = is_open(hours, at)
    later = (at + timedelta(minutes=n) for n in range(1, 8 * 24 * 60))
    assert next_change(hours, at) == next((minute for minute in later if is_open(hours, minute) is not now), None)
