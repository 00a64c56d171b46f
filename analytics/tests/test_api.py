import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it publishes no types

from accounts.stream import Actor
from analytics.reports import REPORTS
from assistants.models import Assistant
from conversations.actions import threads as actions
from conversations.models import Conversation, Message
from flame.lib.openapi import EnglishGenerator

ROUTES = [f"/api/analytics/{report.name}" for report in REPORTS]
DASHBOARD = ROUTES[0]
PARTS = ("previous", "totals", "series", "breakdown")
MARCH = "from=2026-03-10&to=2026-03-13&tz=UTC"


@pytest.fixture
def lively(world, chispa, ana):
    """A thread with something for every metric, told in 2026."""
    thread = world.thread("10 09:00:00", assigned_assistant=chispa)
    world.say(thread, "user", "10 09:00:00")
    world.say(thread, "assistant", "10 09:00:05", assistant=chispa)
    world.hand_off(thread, "10 09:00:06")
    world.say(thread, "agent", "10 09:10:00", agent=ana)
    world.turn(thread, "resolved", "10 10:00:00")
    world.rate(thread, 5, "10 10:01:00")
    return thread


def table(answer):
    return list(csv.reader(io.StringIO(answer.content.decode())))


@pytest.mark.parametrize("route", ROUTES)
def test_every_report_has_the_one_shape(client_of, ana, lively, route):
    answer = client_of(ana).get(f"{route}?{MARCH}").json()
    assert list(answer) == ["range", "previous", "totals", "series", "breakdown"]
    assert answer["range"] == {
        "from": "2026-03-10T00:00:00.000Z",
        "to": "2026-03-13T00:00:00.000Z",
        "tz": "UTC",
        "group_by": "day",
    }
    assert (answer["previous"]["from"], answer["previous"]["to"]) == (
        "2026-03-07T00:00:00.000Z",
        answer["range"]["from"],
    )
    metrics = list(answer["totals"])
    assert list(answer["previous"]["totals"]) == metrics
    assert [list(step) for step in answer["series"]] == [["start", "end", *metrics]] * 3
    assert all(list(part) == ["key", "label", *metrics] for part in answer["breakdown"])


@pytest.mark.parametrize("route", ROUTES)
def test_the_description_names_what_the_report_answers(client_of, ana, lively, route):
    schema = EnglishGenerator().get_schema(public=True)
    operation = schema["paths"][route]["get"]
    assert {each["name"] for each in operation["parameters"]} == {
        "from",
        "to",
        "tz",
        "group_by",
        "platform",
        "assistant_id",
        "format",
    }
    content = operation["responses"]["200"]["content"]
    assert set(content) == {"application/json", "text/csv"}
    described = {**content["application/json"]["schema"], "components": schema["components"]}
    for query in (MARCH, "from=2026-01-01&to=2027-01-01&group_by=month"):
        answer = client_of(ana).get(f"{route}?{query}").json()
        assert [error.message for error in Draft202012Validator(described).iter_errors(answer)] == []
        assert set(answer["totals"]) == set(schema["components"]["schemas"][totals_of(route)]["properties"])


def totals_of(route):
    return "".join(word.capitalize() for word in route.rsplit("/", 1)[1].split("-")) + "Totals"


def test_what_really_happens_shows_in_the_default_range(client_of, ana, bruno, shop, chispa):
    thread = Conversation.objects.create(
        user=ana, integration=shop, platform="whatsapp", contact_name="Eva", assigned_assistant=chispa
    )
    now = timezone.now()
    for number, (sender, sent_at) in enumerate([("user", None), ("assistant", now)], 1):
        Message.objects.create(
            conversation=thread, sender=sender, status="sent", sequence=number, content="…", sent_at=sent_at
        )
    actions.hand_off(thread, Actor("assistant", str(chispa.id)), "low_confidence")
    actions.change_status(thread, "resolved", Actor("agent", str(ana.id)))
    actions.change_status(thread, "active", Actor("user"))
    totals = client_of(bruno).get(DASHBOARD).json()["totals"]
    assert (totals["conversations_new"], totals["conversations_resolved"], totals["conversations_reopened"]) == (
        1,
        1,
        1,
    )
    assert (totals["backlog"], totals["messages_in"], totals["messages_out"]) == (1, 1, 1)
    assert (totals["reply_time"]["n"], totals["first_response"]["n"], totals["resolution_time"]["n"]) == (1, 1, 1)
    assert totals["ai_resolution_rate"] == {"share": 0.0, "n": 1}
    assert totals["handoff_rate"] == {"share": 1.0, "n": 1}


@pytest.mark.parametrize("route", ROUTES)
def test_a_stranger_sees_zero_and_a_member_what_the_owner_sees(client_of, ana, bruno, carla, lively, chispa, route):
    for query in (MARCH, f"{MARCH}&assistant_id={chispa.id}"):
        empty = client_of(carla).get(f"{route}?{query}").json()
        assert numbers(empty["totals"]) <= {0}
        assert str(chispa.id) not in str(empty)
    of_ana, of_bruno = (client_of(user).get(f"{route}?{MARCH}").json() for user in (ana, bruno))
    assert [of_ana[part] for part in PARTS] == [of_bruno[part] for part in PARTS]
    assert numbers(of_ana["totals"]) - {0}


def numbers(value):
    if isinstance(value, dict):
        return set().union(*map(numbers, value.values()))
    return set() if value is None else {value}


@pytest.mark.parametrize("route", ROUTES)
def test_without_a_token_nobody_gets_in(api, db, route):
    assert api.get(route).status_code == 401


def test_the_zone_is_the_users_own_unless_asked(client_of, ana):
    ana.timezone = "Asia/Tokyo"
    ana.save()
    assert client_of(ana).get(DASHBOARD).json()["range"]["tz"] == "Asia/Tokyo"
    assert client_of(ana).get(f"{DASHBOARD}?tz=Europe/Madrid").json()["range"]["tz"] == "Europe/Madrid"


def test_filters_repeat(client_of, ana, lively):
    report = client_of(ana).get(f"{DASHBOARD}?{MARCH}&platform=telegram&platform=facebook").json()
    assert [part["key"] for part in report["breakdown"]] == ["facebook", "telegram"]
    assert report["totals"]["messages_in"] == 0


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("from=yesterday", "from", "invalid_time"),
        ("to=2026-03-10T10:00:00", "to", "invalid_time"),
        ("from=2026-03-10&to=2026-03-10", "to", "empty_range"),
        ("from=2020-01-01&group_by=hour", "group_by", "too_many_steps"),
        ("group_by=minute", "group_by", "invalid_choice"),
        ("tz=Mars/Olympus", "tz", "unknown_timezone"),
        ("tz=..%2Fetc%2Fpasswd", "tz", "unknown_timezone"),
        ("platform=fax", "platform.0", "invalid_choice"),
        ("assistant_id=7", "assistant_id.0", "invalid"),
        ("business_hours=true", "business_hours", "unknown_parameter"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(client_of, ana, query, field, code):
    for accept in ("application/json", "text/csv"):
        answer = client_of(ana).get(f"{DASHBOARD}?{query}", HTTP_ACCEPT=accept)
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
        assert [(detail["field"], detail["code"]) for detail in answer.json()["details"]] == [(field, code)]


def test_every_wrong_parameter_is_named_at_once(client_of, ana):
    answer = client_of(ana).get(f"{DASHBOARD}?from=x&to=y&tz=z")
    assert [detail["field"] for detail in answer.json()["details"]] == ["from", "to", "tz"]


def test_a_plus_that_was_not_escaped_is_still_an_offset(client_of, ana):
    report = client_of(ana).get(f"{DASHBOARD}?from=2026-03-10T00:00:00+01:00&to=2026-03-11T00:00:00+01:00").json()
    assert report["range"]["from"] == "2026-03-09T23:00:00.000Z"


@pytest.mark.parametrize("asked", [{"query": "?format=csv"}, {"accept": "text/csv"}])
def test_what_may_be_asked_is_told_in_json_also_of_a_table(client_of, ana, asked):
    answer = client_of(ana).options(
        f"{DASHBOARD}{asked.get('query', '')}", headers={"accept": asked.get("accept", "*/*")}
    )
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize("route", ROUTES)
def test_a_table_holds_totals_the_period_before_every_step_and_every_part(client_of, ana, lively, route):
    answer = client_of(ana).get(f"{route}?{MARCH}", HTTP_ACCEPT="text/csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{route.rsplit("/", 1)[1]}.csv"'
    header, *rows = table(answer)
    parts = len(client_of(ana).get(f"{route}?{MARCH}").json()["breakdown"])
    assert [row[0] for row in rows] == ["totals", "previous", *["series"] * 3, *["breakdown"] * parts]
    assert {len(row) for row in rows} == {len(header)}
    assert len(set(header)) == len(header)


def test_a_table_shows_the_numbers_of_the_report(client_of, ana, lively):
    header, totals, _previous, first, *_rest = table(client_of(ana).get(f"{DASHBOARD}?{MARCH}", HTTP_ACCEPT="text/csv"))
    for row in (totals, first):
        shown = dict(zip(header, row, strict=True))
        assert (shown["messages_out"], shown["reply_time_median"], shown["csat_distribution_5"]) == ("2", "5.0", "1")
        assert (shown["csat_response_rate"], shown["key"]) == ("", "")
    assert first[1:3] == ["2026-03-10T00:00:00.000Z", "2026-03-11T00:00:00.000Z"]


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_table_computes_no_name(client_of, ana, name):
    Assistant.objects.create(user=ana, name=name, type="ai")
    rows = table(client_of(ana).get(f"/api/analytics/assistants?{MARCH}", HTTP_ACCEPT="text/csv"))
    assert rows[-1][4] == f"'{name}"


def test_a_name_with_comma_quote_and_break_is_one_cell(client_of, ana):
    Assistant.objects.create(user=ana, name='Luz, "la" de\nhoy', type="ai")
    rows = table(client_of(ana).get(f"/api/analytics/assistants?{MARCH}", HTTP_ACCEPT="text/csv"))
    assert rows[-1][4] == 'Luz, "la" de\nhoy'


@pytest.mark.parametrize("route", ROUTES)
def test_more_history_asks_no_more_queries(client_of, ana, world, lively, route, django_assert_num_queries):
    client = client_of(ana)
    before = count_of(client, f"{route}?{MARCH}")
    for day in range(1, 12):
        thread = world.thread(f"{day:02} 09:00:00", platform="telegram")
        world.say(thread, "user", f"{day:02} 09:00:00")
        world.say(thread, "agent", f"{day:02} 09:05:00", agent=ana)
        world.turn(thread, "resolved", f"{day:02} 10:00:00")
        Assistant.objects.create(user=ana, name=f"A{day}", type="ai")
    with django_assert_num_queries(before):
        client.get(f"{route}?from=2026-03-01&to=2026-03-13&group_by=hour")


def count_of(client, url):
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    return len(asked)
