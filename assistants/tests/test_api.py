import uuid

import pytest

from accounts.models import Event
from assistants.models import Assistant, Schedule

MADE = {"name": "Chispa", "type": "ai"}
COLUMNS = {
    "id", "user_id", "name", "description", "type", "status", "auto_response", "ai_prompt", "out_of_hours_text",
    "timezone", "temperature", "max_tokens", "reply_mode", "max_tokens_per_day",
    "model", "max_cost_per_day",
    "created_at", "updated_at",
}  # fmt: skip


def make(api, **fields):
    return api.post("/api/assistants", MADE | fields).json()


def types():
    return [event.type for event in Event.objects.order_by("seq")]


@pytest.fixture
def owner(client_of, ana):
    return client_of(ana)


def test_an_assistant_is_made_with_the_missions_columns_and_defaults(owner, ana):
    response = owner.post("/api/assistants", MADE)
    body = response.json()
    assert response.status_code == 201
    assert set(body) == COLUMNS
    assert body["user_id"] == str(ana.id)
    assert {name: body[name] for name in COLUMNS - {"id", "user_id", "created_at", "updated_at"}} == {
        "name": "Chispa",
        "description": None,
        "type": "ai",
        "status": "active",
        "auto_response": None,
        "ai_prompt": None,
        "out_of_hours_text": "",
        "timezone": "America/Mexico_City",
        "temperature": 0.7,
        "max_tokens": 500,
        "reply_mode": "auto_when_confident",
        "model": "",
        "max_tokens_per_day": None,
        "max_cost_per_day": None,
    }
    assert owner.get(f"/api/assistants/{body['id']}").json() == body
    (event,) = Event.objects.all()
    assert (event.account, event.type, event.data) == (ana, "assistant.created", {"assistant": body})
    assert event.actor == {"type": "agent", "id": str(ana.id)}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"type": "robot"}, "type"),
        ({"status": "asleep"}, "status"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"temperature": 2.1}, "temperature"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": 5000}, "max_tokens"),
        ({"auto_response": "x" * 4097}, "auto_response"),
        ({"ai_prompt": "x" * 20001}, "ai_prompt"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_made(owner, fields, wrong):
    response = owner.post("/api/assistants", MADE | fields)
    assert (response.status_code, response.json()["code"]) == (400, "validation_error")
    assert [detail["field"] for detail in response.json()["details"]] == [wrong]
    assert not Assistant.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("method", ["put", "patch"])
def test_absent_fields_are_kept(owner, method):
    made = make(owner, ai_prompt="Sé amable.", max_tokens=300)
    response = getattr(owner, method)(f"/api/assistants/{made['id']}", {"name": "Brasa", "user_id": str(uuid.uuid4())})
    assert response.status_code == 200
    assert response.json() == made | {"name": "Brasa", "updated_at": response.json()["updated_at"]}
    assert types() == ["assistant.created", "assistant.updated"]
    assert Event.objects.latest("seq").data == {"assistant": response.json()}


def test_an_empty_change_is_no_change(owner):
    made = make(owner)
    assert owner.put(f"/api/assistants/{made['id']}", {}).json() == made
    assert types() == ["assistant.created"]


def test_a_refused_change_changes_nothing(owner):
    made = make(owner)
    assert owner.put(f"/api/assistants/{made['id']}", {"name": "Brasa", "type": "robot"}).status_code == 400
    assert owner.get(f"/api/assistants/{made['id']}").json() == made
    assert types() == ["assistant.created"]


def test_an_assistant_goes_with_its_hours(owner):
    made = make(owner)
    owner.post(f"/api/assistants/{made['id']}/schedules", {"day_of_week": 1, "start_time": "9:00", "end_time": "18:00"})
    assert owner.delete(f"/api/assistants/{made['id']}").status_code == 204
    assert owner.get(f"/api/assistants/{made['id']}").status_code == 404
    assert not Schedule.objects.exists()
    assert Event.objects.latest("seq").data == {"id": made["id"]}
    assert types()[-1] == "assistant.deleted"


def test_the_list_is_by_name_and_filtered(owner):
    for name, kind in [("c", "ai"), ("a", "auto"), ("b", "ai")]:
        make(owner, name=name, type=kind)
    assert [row["name"] for row in owner.get("/api/assistants").json()["results"]] == ["a", "b", "c"]
    assert [row["name"] for row in owner.get("/api/assistants?type=ai").json()["results"]] == ["b", "c"]
    page = owner.get("/api/assistants?page_size=2&page=2").json()
    assert (page["count"], page["next"], [row["name"] for row in page["results"]]) == (3, None, ["c"])
    assert owner.get("/api/assistants?type=robot").status_code == 400


def test_the_list_takes_the_same_queries_however_long(owner, django_assert_max_num_queries):
    for number in range(12):
        make(owner, name=str(number))
    with django_assert_max_num_queries(6):
        owner.get("/api/assistants")


def test_a_member_of_the_team_works_the_owners_assistants(owner, client_of, bruno, ana):
    made = make(client_of(bruno))
    assert made["user_id"] == str(ana.id)
    assert owner.get(f"/api/assistants/{made['id']}").json() == made
    assert Event.objects.get().actor == {"type": "agent", "id": str(bruno.id)}


def test_a_strangers_assistant_is_not_there(owner, client_of, carla):
    made = make(owner)
    path = f"/api/assistants/{made['id']}"
    hours = {"day_of_week": 1, "start_time": "9:00", "end_time": "18:00"}
    schedule = owner.post(f"{path}/schedules", hours).json()
    events = Event.objects.count()
    stranger = client_of(carla)
    assert stranger.get("/api/assistants").json()["results"] == []
    assert [
        stranger.get(path).status_code,
        stranger.put(path, {"name": "x"}).status_code,
        stranger.delete(path).status_code,
        stranger.get(f"{path}/schedules").status_code,
        stranger.post(f"{path}/schedules", hours).status_code,
        stranger.put(f"{path}/schedules/{schedule['id']}", {"enabled": False}).status_code,
        stranger.delete(f"{path}/schedules/{schedule['id']}").status_code,
    ] == [404] * 7
    assert owner.get(path).json() == made
    assert owner.get(f"{path}/schedules").json()["results"] == [schedule]
    assert Event.objects.count() == events


def test_a_schedule_of_another_assistant_is_not_there(owner):
    one, other = make(owner), make(owner, name="Otra")
    hours = {"day_of_week": 1, "start_time": "9:00", "end_time": "18:00"}
    schedule = owner.post(f"/api/assistants/{one['id']}/schedules", hours).json()
    assert owner.delete(f"/api/assistants/{other['id']}/schedules/{schedule['id']}").status_code == 404
    assert Schedule.objects.count() == 1


def test_nobody_is_let_in_without_a_token(api):
    response = api.get("/api/assistants")
    assert (response.status_code, response.json()["code"]) == (401, "token_missing")


def test_hours_are_added_changed_listed_and_removed(owner):
    made = make(owner)
    path = f"/api/assistants/{made['id']}/schedules"
    response = owner.post(path, {"day_of_week": 5, "start_time": "22:00", "end_time": "02:00"})
    night = response.json()
    assert response.status_code == 201
    assert {**night, "id": "", "created_at": ""} == {
        "id": "",
        "assistant_id": made["id"],
        "day_of_week": 5,
        "start_time": "22:00:00",
        "end_time": "02:00:00",
        "enabled": True,
        "created_at": "",
    }
    morning = owner.post(path, {"day_of_week": 0, "start_time": "08:00", "end_time": "12:00:30"}).json()
    changed = owner.put(f"{path}/{night['id']}", {"enabled": False})
    assert (changed.status_code, changed.json()) == (200, night | {"enabled": False})
    assert owner.get(path).json()["results"] == [morning, night | {"enabled": False}]
    assert owner.delete(f"{path}/{night['id']}").status_code == 204
    assert owner.get(path).json()["results"] == [morning]
    assert types() == ["assistant.created"] + ["assistant.updated"] * 4


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"day_of_week": 7}, "day_of_week"),
        ({"day_of_week": -1}, "day_of_week"),
        ({"start_time": "25:00"}, "start_time"),
    ],
)
def test_wrong_hours_are_refused(owner, fields, wrong):
    made = make(owner)
    hours = {"day_of_week": 1, "start_time": "9:00", "end_time": "18:00"} | fields
    response = owner.post(f"/api/assistants/{made['id']}/schedules", hours)
    assert (response.status_code, response.json()["details"][0]["field"]) == (400, wrong)
    assert not Schedule.objects.exists()
    assert types() == ["assistant.created"]


def test_a_trailing_slash_is_served_the_same(owner):
    made = make(owner)
    assert owner.put(f"/api/assistants/{made['id']}/", {"name": "Brasa"}).status_code == 200


@pytest.mark.parametrize("time", ["09:00Z", "09:00:00+02:00", "9", "24:00", "09:00:00.5", "", None, 900])
def test_a_time_of_day_that_is_no_local_one_is_refused(owner, time):
    made = owner.post("/api/assistants", {"name": "Ventas", "type": "auto"}).json()
    hours = {"day_of_week": 1, "start_time": time, "end_time": "18:00"}
    answer = owner.post(f"/api/assistants/{made['id']}/schedules", hours)
    assert (answer.status_code, [each["field"] for each in answer.json()["details"]]) == (400, ["start_time"])
    assert not Schedule.objects.exists()
