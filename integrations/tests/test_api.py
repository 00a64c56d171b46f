import pytest

from accounts.models import Event
from integrations.api import serializers
from integrations.models import Integration

URL = "/api/integrations"
NUMBER = {
    "phone_number_id": "2007",
    "business_account_id": "1009",
    "access_token": "EAA-planted-token-0001",
    "app_secret": "planted-app-secret",
    "verify_token": "planted-verify-token",
}
COLUMNS = {
    "id", "user_id", "platform", "name", "status", "credentials", "webhook_url", "last_sync", "default_assistant_id",
    "out_of_hours_text", "error", "human_agent", "created_at", "updated_at",
}  # fmt: skip


@pytest.fixture
def owner(client_of, ana):
    return client_of(ana)


def make(api, platform="whatsapp", credentials=NUMBER, **fields):
    return api.post(URL, {"platform": platform, "credentials": credentials, **fields})


def types():
    return [event.type for event in Event.objects.order_by("seq")]


def test_an_integration_is_made_inactive_with_masked_secrets_and_our_address(owner, ana, settings):
    settings.PUBLIC_URL = "https://flame.example"
    answer = make(owner, name="Tienda")
    body = answer.json()
    assert (answer.status_code, set(body), body["user_id"]) == (201, COLUMNS, str(ana.id))
    assert body["credentials"] == {
        "phone_number_id": "2007",
        "business_account_id": "1009",
        "access_token": "••••0001",
        "app_secret": "••••cret",
        "verify_token": "••••oken",
    }
    assert {name: body[name] for name in ("platform", "name", "status", "webhook_url", "last_sync", "error")} == {
        "platform": "whatsapp",
        "name": "Tienda",
        "status": "inactive",
        "webhook_url": "https://flame.example/api/webhooks/whatsapp",
        "last_sync": None,
        "error": "",
    }
    stored = Integration.objects.get()
    assert (stored.credentials, stored.account_key) == (NUMBER, "2007")
    assert owner.get(f"{URL}/{body['id']}").json() == body
    assert [(event.type, event.data) for event in Event.objects.all()] == [
        ("integration.created", {"integration": body})
    ]


@pytest.mark.parametrize(
    ("credentials", "field", "code"),
    [
        ({"acces_token": "x"}, "credentials.acces_token", "unknown"),
        ({"bot_token": "7001:x"}, "credentials.bot_token", "unknown"),
        ({"access_token": {"a": 1}}, "credentials.access_token", "invalid"),
        ({"access_token": None}, "credentials.access_token", "null"),
        ({"access_token": "x" * 2001}, "credentials.access_token", "max_length"),
        ({"access_token": "two words"}, "credentials.access_token", "invalid"),
        ({"access_token": "línea"}, "credentials.access_token", "invalid"),
        ({"access_token": "line\nbreak"}, "credentials.access_token", "invalid"),
        ({"access_token": "••••0001"}, "credentials.access_token", "masked"),
        ({"phone_number_id": "../me"}, "credentials.phone_number_id", "invalid"),
        ("EAA", "credentials", "not_a_dict"),
    ],
)
def test_a_wrong_credential_is_named_and_nothing_is_made(owner, credentials, field, code):
    answer = make(owner, credentials=credentials)
    assert answer.status_code == 400
    assert [(detail["field"], detail["code"]) for detail in answer.json()["details"]] == [(field, code)]
    assert (Integration.objects.count(), Event.objects.count()) == (0, 0)


@pytest.mark.parametrize("fields", [{"platform": "signal"}, {"platform": ""}, {"name": "x" * 256}])
def test_a_wrong_field_is_refused(owner, fields):
    assert make(owner, **fields).status_code == 400
    assert Integration.objects.count() == 0


def test_a_platform_without_an_adapter_cannot_be_connected_yet(owner, monkeypatch):
    monkeypatch.delitem(serializers.PLATFORMS, "telegram")
    answer = make(owner, "telegram", {"bot_token": "7001:x"})
    assert (answer.status_code, answer.json()["code"]) == (400, "platform_unavailable")
    assert answer.json()["error"] == "Esta plataforma todavía no se puede conectar."
    assert Integration.objects.count() == 0


def test_secrets_left_out_are_the_environments_and_stay_there(owner, settings):
    settings.PLATFORM_DEFAULTS = {**settings.PLATFORM_DEFAULTS, "whatsapp": {"access_token": "EAA-of-the-server-99"}}
    body = make(owner, credentials={"phone_number_id": "2007"}).json()
    assert body["credentials"] == {"phone_number_id": "2007"}
    assert Integration.objects.get().account().credentials["access_token"] == "EAA-of-the-server-99"
    assert "server" not in str(body)


def test_a_bot_gets_a_webhook_secret_of_its_own(owner):
    secrets = set()
    for _ in range(2):
        made = make(owner, "telegram", {"bot_token": "7001:AAbot-token"}).json()
        assert made["credentials"]["bot_token"] == "••••oken"
        secrets.add(Integration.objects.get(pk=made["id"]).credentials["webhook_secret"])
    assert [len(secret) for secret in secrets] == [43, 43]
    own = make(owner, "telegram", {"bot_token": "7001:AAbot-token", "webhook_secret": "chosen"}).json()
    assert Integration.objects.get(pk=own["id"]).credentials["webhook_secret"] == "chosen"


@pytest.mark.parametrize("method", ["put", "patch"])
def test_a_change_keeps_what_it_does_not_name_and_what_comes_back_masked(owner, method, ana):
    made = make(owner, name="Tienda").json()
    assistant = ana.assistants.create(name="Chispa", type="ai")
    credentials = {**made["credentials"], "app_secret": "another-app-secret"}
    change = {**made, "credentials": credentials, "default_assistant_id": str(assistant.id), "status": "active"}
    answer = getattr(owner, method)(f"{URL}/{made['id']}", change)
    body = answer.json()
    assert (answer.status_code, body["name"], body["status"]) == (200, "Tienda", "inactive")
    assert body["default_assistant_id"] == str(assistant.id)
    stored = Integration.objects.get()
    assert stored.credentials == {**NUMBER, "app_secret": "another-app-secret"}
    getattr(owner, method)(f"{URL}/{made['id']}", {"credentials": {"verify_token": ""}, "name": "Otra"})
    stored.refresh_from_db()
    assert stored.credentials.keys() == NUMBER.keys() - {"verify_token"}
    assert types() == ["integration.created", "integration.updated", "integration.updated"]


def test_an_empty_change_is_no_change(owner):
    made = make(owner).json()
    assert owner.put(f"{URL}/{made['id']}", {}).json() == made
    assert types() == ["integration.created"]


@pytest.mark.parametrize(
    "change",
    [
        {"credentials": {"access_token": "••••9999"}},
        {"credentials": {"foo": "x"}},
        {"platform": "telegram"},
        {"default_assistant_id": "7b6f1c1e-52ff-4a0e-9a43-0d5b8c1f2a10"},
    ],
)
def test_a_refused_change_changes_nothing(owner, change):
    made = make(owner).json()
    assert owner.put(f"{URL}/{made['id']}", {"name": "Otra", **change}).status_code == 400
    assert owner.get(f"{URL}/{made['id']}").json() == made
    assert types() == ["integration.created"]


def test_a_foreign_assistant_is_not_taken(owner, carla):
    theirs = carla.assistants.create(name="ajeno", type="ai")
    answer = make(owner, default_assistant_id=str(theirs.id))
    assert [detail["field"] for detail in answer.json()["details"]] == ["default_assistant_id"]
    assert Integration.objects.count() == 0


@pytest.mark.parametrize("status", ["active", "error"])
def test_a_connected_integration_takes_a_new_token_and_no_other_account(owner, shop, status):
    Integration.objects.update(status=status)
    assert owner.put(f"{URL}/{shop.id}", {"credentials": {"access_token": "EAA-rotated"}}).status_code == 200
    answer = owner.put(f"{URL}/{shop.id}", {"credentials": {"phone_number_id": "3003"}})
    assert (answer.status_code, answer.json()["code"]) == (409, "connected")
    shop.refresh_from_db()
    assert (shop.account_key, shop.credentials["phone_number_id"], shop.status) == ("2007", "2007", status)
    assert shop.credentials["access_token"] == "EAA-rotated"
    assert types() == ["integration.updated"]


def test_the_list_is_the_accounts_filtered_and_with_its_event_seq(owner, shop, bot, carla):
    Integration.objects.create(user=carla, platform="whatsapp", credentials={})
    answer = owner.get(URL)
    assert [row["id"] for row in answer.json()["results"]] == [str(shop.id), str(bot.id)]
    assert (answer.json()["count"], answer["X-Event-Seq"]) == (2, "0")
    assert [row["id"] for row in owner.get(f"{URL}?platform=telegram").json()["results"]] == [str(bot.id)]
    assert owner.get(f"{URL}?status=error").json()["results"] == []
    assert owner.get(f"{URL}?status=broken").status_code == 400


def test_the_list_asks_as_often_for_twenty_rows_as_for_one(owner, django_assert_max_num_queries):
    for _ in range(20):
        make(owner)
    with django_assert_max_num_queries(6):
        assert len(owner.get(URL).json()["results"]) == 20


def test_deleting_tells_the_platform_and_leaves_an_event(owner, sandbox, shop):
    assert owner.delete(f"{URL}/{shop.id}").status_code == 204
    assert owner.get(f"{URL}/{shop.id}").status_code == 404
    assert [(event.type, event.data) for event in Event.objects.all()] == [
        ("integration.deleted", {"id": str(shop.id)})
    ]


CALLS = [
    ("put", "", {"name": "x"}),
    ("patch", "", {"name": "x"}),
    ("delete", "", None),
    ("post", "/connect", None),
    ("post", "/disconnect", None),
]


@pytest.mark.parametrize(("method", "path", "body"), [*CALLS, ("get", "", None), ("get", "/status", None)])
def test_a_stranger_finds_nothing_and_changes_nothing(client_of, carla, shop, method, path, body):
    assert getattr(client_of(carla), method)(f"{URL}/{shop.id}{path}", body).status_code == 404
    assert (Integration.objects.get().name, Integration.objects.get().status) == ("", "active")
    assert Event.objects.count() == 0


def test_an_agent_reads_and_only_the_owner_writes(client_of, bruno, shop, sandbox):
    agent = client_of(bruno)
    assert [row["id"] for row in agent.get(URL).json()["results"]] == [str(shop.id)]
    assert agent.get(f"{URL}/{shop.id}").json()["credentials"]["access_token"] == "••••0001"
    assert agent.get(f"{URL}/{shop.id}/status").status_code == 200
    answers = [getattr(agent, method)(f"{URL}/{shop.id}{path}", body) for method, path, body in CALLS]
    answers.append(make(agent))
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(403, "owner_only")}
    assert (Integration.objects.get().status, Event.objects.count()) == ("active", 0)


def test_without_a_token_nobody_gets_in(api, shop):
    assert (api.get(URL).status_code, api.post(f"{URL}/{shop.id}/connect").status_code) == (401, 401)
