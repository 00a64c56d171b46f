"""Special days and "what would happen at T, and why", over REST."""

import pytest

from accounts.models import Event
from assistants.models import ScheduleException

AT = "2026-12-25T12:00:00-06:00"


@pytest.fixture
def owner(client_of, ana):
    return client_of(ana)


@pytest.fixture
def sales(owner):
    fields = {"name": "Ventas", "type": "auto", "auto_response": "¡Hola!", "timezone": "America/Mexico_City"}
    made = owner.post("/api/assistants", fields).json()
    owner.post(
        f"/api/assistants/{made['id']}/schedules", {"day_of_week": 5, "start_time": "09:00", "end_time": "18:00"}
    )
    return made["id"]


def check(client, assistant, at=AT):
    return client.get("/api/schedules/check", {"assistant": assistant, "at": at})


def test_special_days_are_added_changed_listed_and_removed(owner, sales):
    path = f"/api/assistants/{sales}/exceptions"
    closed = owner.post(path, {"date": "2026-12-25", "label": "Navidad"})
    assert closed.status_code == 201
    assert closed.json() | {"id": "", "created_at": ""} == {
        "id": "",
        "assistant_id": sales,
        "date": "2026-12-25",
        "start_time": None,
        "end_time": None,
        "label": "Navidad",
        "created_at": "",
    }
    short = owner.post(path, {"date": "2026-12-24", "start_time": "10:00", "end_time": "14:00"}).json()
    changed = owner.put(f"{path}/{short['id']}", {"end_time": "13:00"})
    assert (changed.status_code, changed.json()) == (200, short | {"end_time": "13:00:00"})
    assert owner.get(path).json()["results"] == [changed.json(), closed.json()]
    assert owner.delete(f"{path}/{short['id']}").status_code == 204
    assert owner.get(path).json()["results"] == [closed.json()]
    assert list(Event.objects.order_by("seq").values_list("type", flat=True)[2:]) == ["assistant.updated"] * 4


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"date": "2026-02-30"}, "date"),
        ({"date": "2026-12-25", "start_time": "10:00"}, "end_time"),
        ({"date": "2026-12-25", "end_time": "10:00"}, "start_time"),
        ({"date": "2026-12-25", "start_time": "25:00", "end_time": "10:00"}, "start_time"),
    ],
)
def test_a_wrong_special_day_is_refused(owner, sales, fields, wrong):
    events = Event.objects.count()
    answer = owner.post(f"/api/assistants/{sales}/exceptions", fields)
    assert (answer.status_code, [each["field"] for each in answer.json()["details"]]) == (400, [wrong])
    assert not ScheduleException.objects.exists()
    assert Event.objects.count() == events


@pytest.mark.parametrize(
    "fields", [{"date": "2026-12-25"}, {"date": "2026-12-25", "start_time": "10:00", "end_time": "12:00"}]
)
def test_the_same_hours_of_a_date_are_kept_once(owner, sales, fields):
    path = f"/api/assistants/{sales}/exceptions"
    assert owner.post(path, fields).status_code == 201
    events = Event.objects.count()
    again = owner.post(path, fields)
    assert (again.status_code, again.json()["code"]) == (409, "hours_taken")
    assert (ScheduleException.objects.count(), Event.objects.count()) == (1, events)


def test_what_would_happen_and_why(owner, sales):
    assert check(owner, sales).json() == {
        "assistant_id": sales,
        "at": "2026-12-25T18:00:00.000Z",
        "timezone": "America/Mexico_City",
        "local_time": "2026-12-25T12:00:00-06:00",
        "open": True,
        "basis": "range",
        "range": {"date": "2026-12-25", "start_time": "09:00:00", "end_time": "18:00:00"},
        "label": "",
        "next_change_at": "2026-12-26T00:00:00.000Z",
        "would": "auto_response",
        "reason": "open",
        "text": "¡Hola!",
        "why": "El asistente está abierto.",
    }
    owner.post(f"/api/assistants/{sales}/exceptions", {"date": "2026-12-25", "label": "Navidad"})
    closed = check(owner, sales).json()
    told = ("open", "basis", "range", "label", "would", "reason", "text", "next_change_at")
    assert [closed[name] for name in told] == [
        False,
        "exception",
        None,
        "Navidad",
        "silence",
        "no_out_of_hours_text",
        None,
        "2027-01-01T15:00:00.000Z",
    ]
    owner.put(f"/api/assistants/{sales}", {"out_of_hours_text": "Cerrado, {{first_name}}."})
    assert check(owner, sales).json()["text"] == "Cerrado, {{first_name}}."
    owner.put(f"/api/assistants/{sales}", {"status": "inactive"})
    assert (check(owner, sales).json()["would"], check(owner, sales).json()["reason"]) == (
        "silence",
        "assistant_inactive",
    )


def test_a_time_without_an_offset_is_the_assistants_own(owner, sales):
    assert check(owner, sales, "2026-12-25T12:00:00").json() == check(owner, sales).json()


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_at_the_calendars_end_is_refused(owner, sales, at):
    answer = check(owner, sales, at)
    assert answer.status_code == 400
    assert answer.data["details"] == [
        {"field": "at", "code": "year_out_of_range", "message": "Escribe un año entre 1970 y 2199."}
    ]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_special_day_at_the_calendars_end_is_refused(owner, sales, day):
    answer = owner.post(f"/api/assistants/{sales}/exceptions", {"date": day})
    assert (answer.status_code, answer.data["details"][0]["field"]) == (400, "date")
    assert not ScheduleException.objects.exists()
    assert check(owner, sales).status_code == 200


def test_a_question_about_nobody_is_refused(owner, sales, client_of, carla):
    assert check(client_of(carla), sales).status_code == 404
    assert check(owner, sales, "mañana").status_code == 400
    assert owner.get("/api/schedules/check").status_code == 400
    assert owner.get("/api/schedules/check", {"assistant": "x"}).status_code == 400
