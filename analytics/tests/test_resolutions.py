import pytest

from analytics.reports import ASSISTANTS, CONVERSATIONS, DASHBOARD
from analytics.tests.conftest import NONE_YET, distribution
from assistants.models import Assistant


@pytest.fixture
def thread(world, chispa):
    return world.thread("10 09:00:00", assigned_assistant=chispa)


def answered(world, thread, chispa, day="10"):
    world.say(thread, "user", f"{day} 09:00:00")
    world.say(thread, "assistant", f"{day} 09:00:05", assistant=chispa)


def rate(world, *args):
    return world.report(DASHBOARD, *args)["totals"]["ai_resolution_rate"]


def test_resolving_takes_from_the_opening_or_the_last_reopening(world, thread):
    world.turn(thread, "pending", "10 09:30:00")
    world.turn(thread, "resolved", "10 10:00:00")
    world.turn(thread, "active", "11 10:00:00", by="user")
    world.turn(thread, "resolved", "11 10:10:00")
    other = world.thread("10 08:00:00", platform="telegram")
    world.turn(other, "archived", "10 10:00:00")
    report = world.report(CONVERSATIONS)
    assert report["totals"]["resolution_time"] == distribution(2100.0, 3300.0, 2100.0, 2)
    assert [step["resolution_time"]["median"] for step in report["series"]] == [3600.0, 600.0, None]
    of = {part["key"]: part["resolution_time"] for part in report["breakdown"]}
    assert (of["whatsapp"]["n"], of["telegram"]) == (2, NONE_YET)


def test_the_assistant_resolved_alone_what_no_person_wrote_in(world, thread, chispa):
    answered(world, thread, chispa)
    world.turn(thread, "resolved", "10 10:00:00")
    helped = world.thread("10 09:00:00")
    answered(world, helped, chispa)
    world.say(helped, "agent", "10 09:30:00")
    world.turn(helped, "resolved", "10 10:00:00")
    without = world.thread("10 09:00:00")
    world.say(without, "agent", "10 09:30:00")
    world.turn(without, "resolved", "10 10:00:00")
    assert rate(world) == {"share": 0.5, "n": 2}


def test_a_private_note_helps_nobody(world, thread, chispa, ana):
    answered(world, thread, chispa)
    world.say(thread, "agent", "10 09:30:00", agent=ana, internal=True)
    world.turn(thread, "resolved", "10 10:00:00")
    assert rate(world) == {"share": 1.0, "n": 1}


@pytest.mark.parametrize(
    ("back", "by", "share"),
    [
        ("10 10:00:01", "user", 0.0),
        ("12 09:59:59", "user", 0.0),
        ("12 10:00:00", "user", 1.0),
        ("09 12:00:00", "agent", 1.0),
    ],
)
def test_a_customer_who_returns_within_72_hours_undoes_it(world, chispa, back, by, share):
    thread = world.thread("09 09:00:00", assigned_assistant=chispa)
    answered(world, thread, chispa, "09")
    world.turn(thread, "resolved", "09 10:00:00")
    world.turn(thread, "active", back, by=by)
    assert rate(world, "2026-03-09", "2026-03-10") == {"share": share, "n": 1}


def test_each_episode_is_judged_by_itself(world, thread, chispa):
    world.say(thread, "agent", "10 09:10:00")
    world.turn(thread, "resolved", "10 10:00:00")
    world.turn(thread, "active", "11 09:00:00")
    answered(world, thread, chispa, "11")
    world.turn(thread, "resolved", "11 10:00:00")
    found = [step["ai_resolution_rate"] for step in world.report(DASHBOARD)["series"]]
    assert found == [{"share": None, "n": 0}, {"share": 1.0, "n": 1}, {"share": None, "n": 0}]


def test_an_episode_counts_however_long_ago_it_was(world, chispa):
    spoken = world.thread("01 09:00:00")
    answered(world, spoken, chispa, "02")
    world.turn(spoken, "resolved", "10 10:00:00")
    assert rate(world) == {"share": 1.0, "n": 1}


def test_a_person_of_another_episode_is_not_in_the_way(world, chispa):
    thread = world.thread("01 09:00:00")
    world.say(thread, "agent", "01 09:10:00")
    world.turn(thread, "resolved", "01 10:00:00")
    world.turn(thread, "active", "02 09:00:00", by="user")
    answered(world, thread, chispa, "02")
    world.turn(thread, "resolved", "10 10:00:00")
    assert rate(world) == {"share": 1.0, "n": 1}


def test_every_assistant_that_spoke_shares_in_the_resolution(world, thread, chispa, ana):
    lumbre = Assistant.objects.create(user=ana, name="Lumbre", type="auto")
    idle = Assistant.objects.create(user=ana, name="Zarza", type="ai")
    answered(world, thread, chispa)
    world.say(thread, "assistant", "10 09:20:00", assistant=lumbre)
    world.turn(thread, "resolved", "10 10:00:00")
    report = world.report(ASSISTANTS)
    assert report["totals"]["ai_resolution_rate"] == {"share": 1.0, "n": 1}
    found = [(part["key"], part["label"], part["ai_resolution_rate"]["n"]) for part in report["breakdown"]]
    assert found == [(str(chispa.id), "Chispa", 1), (str(lumbre.id), "Lumbre", 1), (str(idle.id), "Zarza", 0)]


def test_threads_handed_over_are_a_share_of_those_an_assistant_worked_in(world, thread, chispa):
    answered(world, thread, chispa)
    world.hand_off(thread, "10 10:00:00")
    world.hand_off(thread, "10 11:00:00")
    world.hand_off(thread, "11 11:00:00")
    kept = world.thread("10 09:00:00", platform="telegram", assigned_assistant=chispa)
    answered(world, kept, chispa)
    world.hand_off(world.thread("10 09:00:00"), "10 10:00:00")
    report = world.report(ASSISTANTS)
    assert report["totals"]["handoff_rate"] == {"share": 0.5, "n": 2}
    assert [step["handoff_rate"] for step in report["series"]] == [
        {"share": 0.5, "n": 2},
        {"share": 1.0, "n": 1},
        {"share": None, "n": 0},
    ]
    (part,) = report["breakdown"]
    assert (part["handoff_rate"], part["conversations_answered"]) == ({"share": 0.5, "n": 2}, 2)
    assert part["messages_out_assistant"] == 2
    of = {part["key"]: part["handoff_rate"] for part in world.report(DASHBOARD)["breakdown"]}
    assert (of["whatsapp"], of["telegram"]) == ({"share": 1.0, "n": 1}, {"share": 0.0, "n": 1})


def test_an_assistants_waits_are_its_own(world, thread, chispa):
    answered(world, thread, chispa)
    world.say(thread, "user", "10 09:10:00")
    world.say(thread, "agent", "10 09:20:00")
    (part,) = world.report(ASSISTANTS)["breakdown"]
    assert part["first_ai_response"] == part["ai_reply_time"] == distribution(5.0, 5.0, 5.0, 1)
