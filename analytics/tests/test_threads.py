from analytics.reports import CONVERSATIONS
from analytics.tests.conftest import World


def column(report, name):
    return [step[name] for step in report["series"]]


def test_threads_are_counted_when_they_come_are_resolved_and_come_back(world):
    world.thread("07 09:00:00")
    eva = world.thread("09 09:00:00")
    luz = world.thread("10 09:00:00", platform="telegram")
    world.turn(eva, "pending", "10 10:00:00")
    world.turn(eva, "resolved", "10 11:00:00")
    world.turn(luz, "archived", "10 12:00:00")
    world.turn(eva, "active", "11 08:00:00", by="user")
    world.turn(eva, "resolved", "11 09:00:00")
    world.turn(eva, "archived", "11 10:00:00")
    report = world.report(CONVERSATIONS)
    assert column(report, "conversations_new") == [1, 0, 0]
    assert column(report, "conversations_resolved") == [1, 1, 0]
    assert column(report, "conversations_reopened") == [0, 1, 0]
    assert column(report, "backlog") == [1, 1, 1]
    assert (report["totals"]["conversations_new"], report["totals"]["conversations_resolved"]) == (1, 2)
    assert report["previous"]["totals"]["conversations_new"] == 2
    assert report["previous"]["totals"]["backlog"] == 2
    of = {part["key"]: part for part in report["breakdown"]}
    assert list(of) == ["whatsapp", "facebook", "instagram", "telegram"]
    assert (of["whatsapp"]["conversations_resolved"], of["whatsapp"]["backlog"]) == (2, 1)
    assert (of["telegram"]["conversations_new"], of["telegram"]["conversations_resolved"]) == (1, 0)
    assert (of["instagram"]["conversations_new"], of["instagram"]["backlog"]) == (0, 0)


def test_a_thread_that_began_closed_was_never_in_the_backlog_before_it_was_opened(world):
    thread = world.thread("10 09:00:00", status="resolved")
    world.turn(thread, "active", "12 09:00:00")
    report = world.report(CONVERSATIONS)
    assert column(report, "backlog") == [0, 0, 1]
    assert column(report, "conversations_resolved") == [0, 0, 0]


def test_a_deleted_thread_leaves_no_trace(world):
    thread = world.thread("10 09:00:00")
    world.turn(thread, "resolved", "10 10:00:00")
    thread.delete()
    assert world.report(CONVERSATIONS)["totals"]["conversations_resolved"] == 0


def test_what_happened_is_known_however_long_ago(world):
    old = world.thread("01 09:00:00")
    world.turn(old, "resolved", "02 09:00:00")
    world.turn(old, "active", "03 09:00:00", by="user")
    world.turn(old, "archived", "04 09:00:00")
    report = world.report(CONVERSATIONS, "2026-02-28", "2026-03-06")
    assert column(report, "conversations_new") == [0, 1, 0, 0, 0, 0]
    assert column(report, "conversations_resolved") == [0, 0, 1, 0, 0, 0]
    assert column(report, "conversations_reopened") == [0, 0, 0, 1, 0, 0]
    assert column(report, "backlog") == [0, 1, 0, 1, 0, 0]
    assert [step["resolution_time"]["n"] for step in report["series"]] == [0, 0, 1, 0, 0, 0]
    assert report["totals"]["backlog"] == report["previous"]["totals"]["backlog"] == 0


def test_the_backlog_of_a_step_to_come_is_null_and_of_the_running_one_is_now(world):
    world.thread("12 09:00:00")
    report = world.report(CONVERSATIONS, "2026-03-12", "2026-03-15")
    assert column(report, "backlog") == [1, None, None]
    assert column(report, "conversations_new") == [1, 0, 0]
    assert report["totals"]["backlog"] == 1


def test_messages_are_counted_by_sender_without_private_notes(world, ana):
    thread = world.thread("10 09:00:00")
    world.say(thread, "user", "10 09:00:00")
    world.say(thread, "user", "11 09:00:00")
    world.say(thread, "assistant", "10 09:01:00")
    world.say(thread, "agent", "10 09:02:00", agent=ana)
    world.say(thread, "agent", "10 09:03:00", agent=ana, status="failed")
    world.say(thread, "agent", "10 09:04:00", agent=ana, internal=True)
    report = world.report(CONVERSATIONS)
    names = ("messages_in", "messages_out", "messages_out_assistant", "messages_out_agent", "messages_failed")
    assert [report["totals"][name] for name in names] == [2, 3, 1, 2, 1]
    assert column(report, "messages_in") == [1, 1, 0]
    assert column(report, "messages_out") == [3, 0, 0]


def test_a_message_belongs_to_the_day_of_the_zone(world):
    thread = world.thread("10 09:00:00")
    world.say(thread, "user", "11 05:59:59")
    world.say(thread, "user", "11 06:00:00")
    in_mexico = world.report(CONVERSATIONS, "2026-03-10", "2026-03-12", tz="America/Mexico_City")
    assert column(in_mexico, "messages_in") == [1, 1]
    assert in_mexico["range"]["from"] == "2026-03-10T06:00:00.000Z"
    assert column(world.report(CONVERSATIONS, "2026-03-10", "2026-03-12"), "messages_in") == [0, 2]


def test_a_day_of_23_hours_ends_an_hour_earlier(world):
    thread = world.thread("08 09:00:00")
    for when in ("08 04:59:59", "08 05:00:00", "09 03:59:59", "09 04:00:00"):
        world.say(thread, "user", when)
    report = world.report(CONVERSATIONS, "2026-03-07", "2026-03-10", tz="America/New_York")
    assert [step["start"][5:16] for step in report["series"]] == ["03-07T05:00", "03-08T05:00", "03-09T04:00"]
    assert column(report, "messages_in") == [1, 2, 1]


def test_without_anything_every_step_is_there_and_zero(world):
    report = world.report(CONVERSATIONS, "2026-03-10", "2026-03-11", group_by="hour")
    assert len(report["series"]) == 24
    assert set(column(report, "messages_in")) == {0}
    assert report["totals"]["resolution_time"] == {"median": None, "p90": None, "mean": None, "n": 0}


def test_a_filter_keeps_the_threads_that_meet_it(world, chispa):
    mine = world.thread("10 09:00:00", assigned_assistant=chispa)
    other = world.thread("10 09:00:00", platform="telegram")
    for thread in (mine, other):
        world.say(thread, "user", "10 09:00:00")
        world.turn(thread, "resolved", "10 10:00:00")
    for fields in ({"assistants": (chispa.id,)}, {"platforms": ("whatsapp", "facebook")}):
        totals = world.report(CONVERSATIONS, **fields)["totals"]
        assert [totals[name] for name in ("conversations_new", "conversations_resolved", "messages_in")] == [1, 1, 1]
        assert totals["resolution_time"]["n"] == 1
    telegram = world.report(CONVERSATIONS, platforms=("telegram",))
    assert [part["label"] for part in telegram["breakdown"]] == ["Telegram"]


def test_an_account_sees_nothing_of_another(world, carla):
    thread = world.thread("10 09:00:00")
    world.say(thread, "user", "10 09:00:00")
    world.turn(thread, "resolved", "10 10:00:00")
    totals = World(carla).report(CONVERSATIONS)["totals"]
    assert [value for value in totals.values() if isinstance(value, int)] == [0] * 9
    assert totals["resolution_time"]["n"] == 0
