from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ranges import GROUPS, MAX_STEPS, EmptyRange, TooManySteps, covering, read_moment

MEXICO = ZoneInfo("America/Mexico_City")
MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 3, 12, 18, tzinfo=UTC)


def between(start, end, zone=MADRID, group_by="day"):
    return covering(read_moment(start), read_moment(end), zone, group_by, NOW)


def starts(found):
    return [step.start.isoformat(timespec="minutes") for step in found.steps]


def hours(found):
    return [(step.end - step.start) / timedelta(hours=1) for step in found.steps]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("2026-03-01T09:30:00Z", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ("2026-03-01T09:30:00.250-06:00", datetime(2026, 3, 1, 15, 30, 0, 250_000, tzinfo=UTC)),
        ("2026-03-01T09:30:00 02:00", datetime(2026, 3, 1, 7, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_a_day_or_a_time_with_its_offset(text, moment):
    assert read_moment(text) == moment


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01", "2026-03-01T09:30:00", "2026-02-30", "0001-01-01", "9999-12-31T23:59:59Z"]
)
def test_anything_else_is_no_moment(text):
    with pytest.raises(ValueError):  # noqa: PT011 - whatever datetime says
        read_moment(text)


def test_by_default_it_is_today_and_the_six_days_before_in_the_users_zone():
    found = covering(None, None, MEXICO, "day", NOW)
    assert (found.start.isoformat(), found.end.isoformat()) == (
        "2026-03-06T06:00:00+00:00",
        "2026-03-13T06:00:00+00:00",
    )
    assert len(found.steps) == 7


def test_the_day_is_the_one_of_the_zone():
    late = datetime(2026, 3, 13, 5, 59, tzinfo=UTC)
    assert covering(None, None, MEXICO, "day", late).end == covering(None, None, MEXICO, "day", NOW).end


def test_a_day_of_23_and_one_of_25_hours_are_one_step_each():
    assert hours(between("2026-03-28", "2026-03-31")) == [24, 23, 24]
    assert hours(between("2026-10-24", "2026-10-27")) == [24, 25, 24]


def test_an_hour_that_is_skipped_has_no_step_and_one_that_repeats_has_two():
    assert len(between("2026-03-29", "2026-03-30", group_by="hour").steps) == 23
    autumn = between("2026-10-25", "2026-10-26", group_by="hour")
    assert len(autumn.steps) == 25
    assert set(hours(autumn)) == {1}


def test_hours_are_the_zones_own_where_it_is_off_by_a_quarter():
    found = between("2026-03-01T00:00:00Z", "2026-03-01T02:00:00Z", ZoneInfo("Asia/Kathmandu"), "hour")
    assert starts(found) == ["2026-03-01T00:00+00:00", "2026-03-01T00:15+00:00", "2026-03-01T01:15+00:00"]


def test_a_day_without_midnight_begins_when_the_clocks_skip_it():
    found = between("2026-04-23", "2026-04-25", ZoneInfo("Africa/Cairo"))
    assert starts(found) == ["2026-04-22T22:00+00:00", "2026-04-23T22:00+00:00"]
    assert hours(found) == [24, 23]


def test_a_day_that_a_zone_left_out_is_no_step():
    found = between("2011-12-29", "2012-01-01", ZoneInfo("Pacific/Apia"))
    assert hours(found) == [24, 24]


def test_weeks_begin_on_monday_and_the_range_cuts_the_first_and_the_last():
    found = between("2026-03-04", "2026-03-18", ZoneInfo("UTC"), "week")
    assert starts(found) == ["2026-03-04T00:00+00:00", "2026-03-09T00:00+00:00", "2026-03-16T00:00+00:00"]
    assert found.steps[-1].end == found.end


def test_months_begin_on_their_first():
    found = between("2026-01-31", "2026-04-01", ZoneInfo("UTC"), "month")
    assert starts(found) == ["2026-01-31T00:00+00:00", "2026-02-01T00:00+00:00", "2026-03-01T00:00+00:00"]


def test_the_period_before_is_as_many_days_by_the_calendar():
    found = between("2026-03-30", "2026-04-01")
    assert found.previous.end == found.start
    assert found.previous.start.isoformat() == "2026-03-27T23:00:00+00:00"
    assert found.previous.end - found.previous.start == timedelta(hours=47)


def test_the_period_before_times_that_are_no_midnights_is_exactly_as_long():
    found = between("2026-03-29T00:30:00Z", "2026-03-29T06:00:00Z")
    assert found.previous.end - found.previous.start == timedelta(hours=5, minutes=30)


@pytest.mark.parametrize("end", ["2026-03-10", "2026-03-09"])
def test_a_range_that_holds_no_time_is_refused(end):
    with pytest.raises(EmptyRange):
        between("2026-03-10", end)


def test_steps_are_limited():
    assert len(between("2026-03-01", "2026-03-31T00:00:00Z", ZoneInfo("UTC"), "hour").steps) == 720
    at_most = read_moment("2026-03-01T00:00:00Z") + timedelta(hours=MAX_STEPS)
    assert len(between("2026-03-01", at_most.isoformat(), ZoneInfo("UTC"), "hour").steps) == MAX_STEPS
    with pytest.raises(TooManySteps):
        between("2026-03-01", (at_most + timedelta(seconds=1)).isoformat(), ZoneInfo("UTC"), "hour")


@given(
    start=st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
    length=st.timedeltas(timedelta(microseconds=1), timedelta(days=20)),
    zone=st.sampled_from(
        ["America/Mexico_City", "Europe/Madrid", "Australia/Lord_Howe", "America/Havana", "Asia/Beirut"]
    ),
    group_by=st.sampled_from(GROUPS),
)
def test_steps_fill_the_range_without_gap_or_overlap(start, length, zone, group_by):
    found = covering(start, start + length, ZoneInfo(zone), group_by, NOW)
    ends = [step.end for step in found.steps]
    assert [found.start, *ends[:-1]] == [step.start for step in found.steps]
    assert ends[-1] == found.end
    assert all(step.start < step.end for step in found.steps)
    assert found.previous.end == found.start
