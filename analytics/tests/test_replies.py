import pytest

from analytics.reports import DASHBOARD, RESPONSE_TIME
from analytics.tests.conftest import NONE_YET, distribution


@pytest.fixture
def thread(world, chispa):
    return world.thread("10 09:00:00", assigned_assistant=chispa)


def totals(world, *args):
    return world.report(RESPONSE_TIME, *args)["totals"]


def test_a_reply_ends_the_wait_that_began_with_the_first_unanswered_message(world, thread, ana):
    world.say(thread, "user", "10 10:00:00")
    world.say(thread, "user", "10 10:00:30")
    world.say(thread, "agent", "10 10:02:00", agent=ana)
    world.say(thread, "agent", "10 10:03:00", agent=ana)
    world.say(thread, "user", "10 10:04:00")
    world.say(thread, "agent", "10 10:04:10", agent=ana)
    assert totals(world)["reply_time"] == distribution(65.0, 109.0, 65.0, 2)


def test_median_p90_mean_and_n_of_a_fractional_world(world, ana):
    for seconds in ("01.100000", "02.200000", "04.700000", "11.123457"):
        thread = world.thread("10 09:00:00")
        world.say(thread, "user", "10 10:00:00")
        world.say(thread, "agent", f"10 10:00:{seconds}", agent=ana)
    expected = distribution(3.45, 9.19642, 4.780864, 4)
    assert totals(world)["reply_time"] == expected
    assert totals(world)["first_response"] == expected


def test_a_reply_is_credited_to_who_replied(world, thread, chispa, ana, bruno):
    world.say(thread, "user", "10 10:00:00")
    world.say(thread, "assistant", "10 10:00:05", assistant=chispa)
    world.say(thread, "user", "10 10:01:00")
    world.say(thread, "agent", "10 10:03:00", agent=bruno)
    world.say(thread, "user", "10 10:04:00")
    world.say(thread, "agent", "10 10:04:30", metadata={"native": True})
    report = world.report(RESPONSE_TIME)
    assert report["totals"]["ai_reply_time"] == distribution(5.0, 5.0, 5.0, 1)
    assert report["totals"]["human_reply_time"] == distribution(75.0, 111.0, 75.0, 2)
    found = [(part["key"], part["label"], part["reply_time"]["median"]) for part in report["breakdown"]]
    assert found == [(str(chispa.id), "Chispa", 5.0), (str(bruno.id), "Bruno", 120.0), ("", "Sin identificar", 30.0)]
    assert report["breakdown"][0]["human_reply_time"] == NONE_YET


def test_a_reply_counts_when_it_is_sent_not_when_it_is_queued(world, thread):
    world.say(thread, "user", "10 23:00:00")
    world.say(thread, "assistant", "10 23:00:10", sent="11 01:00:00")
    report = world.report(RESPONSE_TIME)
    assert [step["reply_time"]["n"] for step in report["series"]] == [0, 1, 0]
    assert report["totals"]["reply_time"]["median"] == 7200.0


@pytest.mark.parametrize("status", ["queued", "sending", "failed"])
def test_what_did_not_reach_the_customer_is_no_reply(world, thread, status):
    world.say(thread, "user", "10 10:00:00")
    world.say(thread, "assistant", "10 10:00:10", status=status)
    assert totals(world)["reply_time"] == totals(world)["first_response"] == NONE_YET
    world.say(thread, "agent", "10 10:00:40")
    assert totals(world)["reply_time"] == totals(world)["first_response"] == distribution(40.0, 40.0, 40.0, 1)


def test_a_private_note_is_no_reply(world, thread, ana):
    world.say(thread, "user", "10 10:00:00")
    world.say(thread, "agent", "10 10:00:10", agent=ana, internal=True)
    assert totals(world)["reply_time"] == totals(world)["first_human_response"] == NONE_YET


def test_who_writes_first_from_the_business_answers_nothing(world, thread):
    world.say(thread, "agent", "10 10:00:00")
    assert totals(world)["reply_time"] == totals(world)["first_response"] == NONE_YET
    world.say(thread, "user", "10 10:05:00")
    world.say(thread, "agent", "10 10:05:20")
    assert totals(world)["reply_time"] == totals(world)["first_response"] == distribution(20.0, 20.0, 20.0, 1)


def test_nobody_waits_less_than_nothing_when_clocks_disagree(world, thread):
    world.say(thread, "user", "10 10:00:10")
    world.say(thread, "assistant", "10 10:00:09")
    assert totals(world)["reply_time"]["median"] == totals(world)["first_response"]["median"] == 0.0


def test_the_assistant_does_not_stop_the_clock_of_people(world, thread, chispa, ana):
    world.say(thread, "user", "10 10:00:00")
    world.say(thread, "assistant", "10 10:00:05", assistant=chispa)
    world.say(thread, "user", "10 10:01:00")
    world.say(thread, "assistant", "10 10:01:05", assistant=chispa)
    world.say(thread, "agent", "10 10:10:00", agent=ana)
    report = world.report(RESPONSE_TIME)
    assert report["totals"]["first_response"] == distribution(5.0, 5.0, 5.0, 1)
    assert report["totals"]["first_ai_response"] == distribution(5.0, 5.0, 5.0, 1)
    assert report["totals"]["first_human_response"] == distribution(600.0, 600.0, 600.0, 1)
    of = {part["label"]: part for part in report["breakdown"]}
    assert of["Chispa"]["first_response"]["n"] == 1
    assert (of["Ana"]["first_response"]["n"], of["Ana"]["first_human_response"]["n"]) == (0, 1)


def test_each_return_to_a_closed_thread_starts_a_new_clock(world, thread):
    world.say(thread, "user", "10 10:00:00")
    world.say(thread, "agent", "10 10:01:00")
    world.turn(thread, "resolved", "10 11:00:00")
    world.say(thread, "user", "11 10:00:00")
    world.turn(thread, "active", "11 10:00:00.5", by="user")
    world.say(thread, "agent", "11 10:00:20")
    world.say(thread, "agent", "11 10:00:50")
    report = world.report(RESPONSE_TIME)
    assert [step["first_response"]["median"] for step in report["series"]] == [60.0, 20.0, None]
    assert report["totals"]["first_response"] == distribution(40.0, 56.0, 40.0, 2)


def test_a_clock_that_a_closing_ended_unanswered_is_no_wait_of_the_next(world, thread):
    world.say(thread, "user", "10 10:00:00")
    world.turn(thread, "archived", "10 11:00:00")
    world.say(thread, "user", "11 10:00:00")
    world.turn(thread, "active", "11 10:00:00.5", by="user")
    world.say(thread, "agent", "11 10:00:20")
    assert totals(world)["first_response"] == distribution(20.0, 20.0, 20.0, 1)


def test_a_first_response_of_an_earlier_day_is_not_one_today(world, thread):
    world.say(thread, "user", "09 10:00:00")
    world.say(thread, "agent", "09 10:00:20")
    world.say(thread, "user", "10 10:00:00")
    world.say(thread, "agent", "10 10:00:20")
    report = world.report(RESPONSE_TIME)
    assert report["totals"]["first_response"] == NONE_YET
    assert report["totals"]["reply_time"]["n"] == 1
    assert report["previous"]["totals"]["first_response"]["n"] == 1


def test_a_wait_that_ends_in_the_range_counts_however_long_ago_it_began(world, ana):
    old = world.thread("01 09:00:00")
    world.say(old, "user", "10 09:59:00")
    world.say(old, "assistant", "10 10:00:00")
    world.say(old, "agent", "11 09:59:00", agent=ana)
    assert totals(world)["first_response"] == distribution(60.0, 60.0, 60.0, 1)
    assert totals(world)["first_human_response"] == distribution(86400.0, 86400.0, 86400.0, 1)


def test_the_dashboard_breaks_waits_down_by_platform(world, thread):
    world.say(thread, "user", "10 10:00:00")
    world.say(thread, "agent", "10 10:00:20")
    of = {part["key"]: part for part in world.report(DASHBOARD)["breakdown"]}
    for name in ("first_response", "reply_time"):
        assert of["whatsapp"][name] == distribution(20.0, 20.0, 20.0, 1)
        assert of["telegram"][name] == NONE_YET
