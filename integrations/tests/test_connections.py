"""Connecting against the sandbox: a process that speaks the platforms' formats."""

import logging

import pytest
import requests

from accounts.models import Event
from integrations import outbound
from integrations.models import InboundEvent, Integration
from integrations.platforms.base import OutboundMessage, PlatformError, Request

URL = "/api/integrations"
NUMBER = {
    "phone_number_id": "2007",
    "business_account_id": "1009",
    "access_token": "EAA-planted-token-0001",
    "app_secret": "planted-app-secret",
    "verify_token": "planted-verify-token",
}
TOKENS = {"whatsapp": ("access_token", ""), "telegram": ("bot_token", "7001:")}


@pytest.fixture
def owner(client_of, ana):
    return client_of(ana)


@pytest.fixture(autouse=True)
def _public_url(settings):
    settings.PUBLIC_URL = "https://flame.example"


@pytest.fixture
def meanwhile(monkeypatch):
    """Let the n-th thing happen after the n-th exchange with the platform."""

    def arrange(*happenings):
        converse, rest = outbound.converse, iter(happenings)

        def conversed(exchange, account):
            standing = converse(exchange, account)
            happening = next(rest, None)
            if happening:
                happening()
            return standing

        monkeypatch.setattr(outbound, "converse", conversed)

    return arrange


def credentials(platform, **changes):
    mine = (
        NUMBER
        if platform == "whatsapp"
        else {"bot_token": "7001:AAplanted-bot-token", "webhook_secret": "planted-hook"}
    )
    return {**mine, **changes}


def made(user, platform, status="inactive", **changes):
    return Integration.objects.create(
        user=user, platform=platform, status=status, credentials=credentials(platform, **changes)
    )


def events():
    return [(event.type, event.data["integration"]["status"]) for event in Event.objects.order_by("seq")]


each_platform = pytest.mark.parametrize("platform", ["whatsapp", "telegram"])


@each_platform
def test_connecting_proves_the_account_and_makes_it_active(owner, ana, sandbox, platform):
    integration = made(ana, platform)
    answer = owner.post(f"{URL}/{integration.id}/connect")
    body = answer.json()
    assert (answer.status_code, body["status"], body["error"]) == (200, "active", "")
    assert body["last_sync"] is not None
    assert body["webhook_url"] == f"https://flame.example/api/webhooks/{platform}"
    assert body["name"] == {"whatsapp": "Sandbox 2007", "telegram": "@sandbox_7001_bot"}[platform]
    assert owner.get(f"{URL}/{integration.id}").json() == body
    assert [(event.type, event.data) for event in Event.objects.all()] == [
        ("integration.status_changed", {"integration": body})
    ]
    standing = owner.get(f"{URL}/{integration.id}/status").json()
    assert (standing["status"], standing["connected"], standing["problems"]) == ("active", True, [])
    assert (standing["account"]["name"], standing["last_sync"]) == (body["name"], body["last_sync"])


def test_connecting_again_announces_no_change_of_status(owner, ana, sandbox):
    integration = made(ana, "telegram")
    Integration.objects.update(name="Mi bot")
    for _ in range(2):
        assert owner.post(f"{URL}/{integration.id}/connect").json()["name"] == "Mi bot"
    assert events() == [("integration.status_changed", "active"), ("integration.updated", "active")]


@each_platform
@pytest.mark.parametrize("word", ["bad", "expired"])
def test_a_refused_token_is_told_in_words_and_connects_nothing(owner, ana, sandbox, platform, word):
    field, before = TOKENS[platform]
    integration = made(ana, platform, **{field: f"{before}{word}-planted-token"})
    answer = owner.post(f"{URL}/{integration.id}/connect")
    assert (answer.status_code, answer.json()["code"]) == (422, "credentials_refused")
    assert answer.json()["error"] == "El token ha caducado o no tiene permiso; consigue uno nuevo y vuelve a conectar."
    assert len(answer.json()["details"]) == 1
    assert "planted" not in answer.content.decode()
    integration.refresh_from_db()
    assert (integration.status, integration.last_sync, Event.objects.count()) == ("inactive", None, 0)
    standing = owner.get(f"{URL}/{integration.id}/status", HTTP_ACCEPT_LANGUAGE="en").json()
    assert (standing["connected"], standing["account"]) == (False, {})
    assert standing["problems"] == [
        {
            "code": "credentials_refused",
            "message": "The token has expired or may not do this; get a new one and reconnect.",
        }
    ]


def test_a_connected_integration_keeps_why_it_was_refused(owner, ana, sandbox):
    integration = made(ana, "whatsapp", "active", access_token="expired-planted-token")
    assert owner.post(f"{URL}/{integration.id}/connect").status_code == 422
    integration.refresh_from_db()
    assert (integration.status, integration.error != "") == ("error", True)
    assert events() == [("integration.status_changed", "error")]
    Integration.objects.update(credentials=NUMBER)
    body = owner.post(f"{URL}/{integration.id}/connect").json()
    assert (body["status"], body["error"]) == ("active", "")


@pytest.mark.parametrize(("platform", "gone"), [("whatsapp", "access_token"), ("telegram", "bot_token")])
def test_missing_credentials_are_told(owner, ana, sandbox, platform, gone):
    integration = made(ana, platform, **{gone: ""})
    answer = owner.post(f"{URL}/{integration.id}/connect")
    assert (answer.status_code, answer.json()["code"]) == (422, "credentials_missing")
    told = f"Faltan credenciales: {gone}."
    assert answer.json()["error"] == told
    assert answer.json()["details"] == [{"field": None, "code": "credentials", "message": told}]
    standing = owner.get(f"{URL}/{integration.id}/status").json()
    assert standing["problems"] == [{"code": "credentials_missing", "message": told}]


def test_what_stands_in_the_way_is_told_and_an_active_integration_keeps_it(owner, ana, sandbox):
    # The sandbox subscribes its own app where no secret proves another.
    integration = made(ana, "whatsapp", "active", app_id="600700", app_secret="")
    answer = owner.post(f"{URL}/{integration.id}/connect")
    told = "La plataforma no nos manda los mensajes de esta cuenta."
    assert (answer.status_code, answer.json()["code"], answer.json()["error"]) == (409, "not_subscribed", told)
    assert answer.json()["details"] == [{"field": None, "code": "not_subscribed", "message": told}]
    integration.refresh_from_db()
    assert (integration.status, integration.error) == ("error", told)
    assert events() == [("integration.status_changed", "error")]
    standing = owner.get(f"{URL}/{integration.id}/status").json()
    assert (standing["status"], standing["connected"], standing["error"]) == ("error", False, told)
    assert standing["problems"] == [{"code": "not_subscribed", "message": told}]


def test_an_address_that_the_platform_refuses_is_told_in_its_words(owner, ana, sandbox, settings):
    settings.PUBLIC_URL = "http://flame.example"
    integration = made(ana, "telegram")
    answer = owner.post(f"{URL}/{integration.id}/connect")
    assert (answer.status_code, answer.json()["code"]) == (422, "platform_refused")
    assert "An HTTPS URL must be provided" in answer.json()["details"][0]["message"]
    integration.refresh_from_db()
    assert integration.status == "inactive"


def test_a_platform_that_cannot_be_reached_changes_nothing(owner, ana, settings):
    settings.TELEGRAM_API_BASE_URL = "http://127.0.0.1:9"
    integration = made(ana, "telegram", "active")
    answer = owner.post(f"{URL}/{integration.id}/connect")
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "platform_unreachable", "5")
    standing = owner.get(f"{URL}/{integration.id}/status").json()
    assert [problem["code"] for problem in standing["problems"]] == ["platform_unreachable"]
    assert (standing["status"], standing["connected"]) == ("active", False)
    assert owner.post(f"{URL}/{integration.id}/disconnect").json()["status"] == "inactive"
    assert events() == [("integration.status_changed", "inactive")]


def test_an_account_connected_elsewhere_is_taken_and_stays_where_it_is(owner, ana, carla, sandbox):
    theirs, mine = made(carla, "telegram", "active"), made(ana, "telegram", webhook_secret="mine")
    answer = owner.post(f"{URL}/{mine.id}/connect")
    assert (answer.status_code, answer.json()["code"]) == (409, "account_taken")
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.status, theirs.status, Event.objects.count()) == ("inactive", "active", 0)
    info = requests.post(f"{sandbox.url}/telegram/bot7001:AAplanted-bot-token/getWebhookInfo", timeout=5).json()
    assert info["result"]["url"] == ""


def test_who_cannot_prove_an_account_does_not_learn_that_it_is_taken(owner, ana, carla, sandbox):
    made(carla, "telegram", "active")
    mine = made(ana, "telegram", bot_token="7001:bad-guess")
    assert owner.post(f"{URL}/{mine.id}/connect").json()["code"] == "credentials_refused"


def test_of_two_that_connect_at_once_the_constraint_picks_one(owner, ana, carla, sandbox, meanwhile):
    mine = made(ana, "telegram")
    meanwhile(None, lambda: made(carla, "telegram", "active"))
    answer = owner.post(f"{URL}/{mine.id}/connect")
    assert (answer.status_code, answer.json()["code"]) == (409, "account_taken")
    assert list(Integration.objects.connected().values_list("user__name", flat=True)) == ["Carla"]
    assert Event.objects.count() == 0


def test_credentials_that_changed_meanwhile_are_not_taken_for_proved(owner, ana, sandbox, meanwhile):
    mine = made(ana, "telegram")
    unproved = {**mine.credentials, "bot_token": "9009:unproved"}
    meanwhile(None, lambda: Integration.objects.update(credentials=unproved, account_key="9009"))
    answer = owner.post(f"{URL}/{mine.id}/connect")
    assert (answer.status_code, answer.json()["code"]) == (409, "credentials_changed")
    assert (Integration.objects.get().status, Event.objects.count()) == ("inactive", 0)


def test_what_came_while_the_platform_was_asked_is_handled_after_all(owner, ana, sandbox, meanwhile):
    mine = made(ana, "telegram")
    ignored = {"platform": "telegram", "account_key": "7001", "payload": {}, "state": "ignored"}
    InboundEvent.objects.create(event_key="u:1", **ignored)
    meanwhile(lambda: InboundEvent.objects.create(event_key="u:2", **ignored))
    assert owner.post(f"{URL}/{mine.id}/connect").status_code == 200
    assert dict(InboundEvent.objects.values_list("event_key", "state")) == {"u:1": "ignored", "u:2": "pending"}


@each_platform
def test_disconnecting_tells_the_platform_and_takes_nothing_in(owner, ana, sandbox, platform):
    integration = made(ana, platform)
    owner.post(f"{URL}/{integration.id}/connect")
    answer = owner.post(f"{URL}/{integration.id}/disconnect")
    assert (answer.status_code, answer.json()["status"]) == (200, "inactive")
    standing = owner.get(f"{URL}/{integration.id}/status").json()
    there = {"whatsapp": "not_subscribed", "telegram": "webhook_elsewhere"}[platform]
    assert [problem["code"] for problem in standing["problems"]] == [there]
    assert owner.post(f"{URL}/{integration.id}/disconnect").status_code == 200
    assert [status for _, status in events()] == ["active", "inactive"]


def test_a_number_leaves_the_others_of_its_business_connected(owner, ana, carla, sandbox):
    numbers = [made(ana, "whatsapp"), made(ana, "whatsapp", phone_number_id="2008")]
    for number in numbers:
        owner.post(f"{URL}/{number.id}/connect")
    owner.post(f"{URL}/{numbers[0].id}/disconnect")
    assert owner.get(f"{URL}/{numbers[1].id}/status").json()["connected"] is True
    owner.delete(f"{URL}/{numbers[1].id}")
    problems = owner.get(f"{URL}/{numbers[0].id}/status").json()["problems"]
    assert [problem["code"] for problem in problems] == ["not_subscribed"]


@each_platform
def test_a_planted_secret_shows_in_no_answer_log_or_event(owner, ana, sandbox, platform, caplog):
    caplog.set_level(logging.DEBUG)
    body = {"platform": platform, "credentials": credentials(platform)}
    answers = [owner.post(URL, body)]
    path = f"{URL}/{answers[0].json()['id']}"
    field, before = TOKENS[platform]
    for token in (f"{before}expired-planted-token", credentials(platform)[field]):
        answers.append(owner.put(path, {"credentials": {field: token}}))
        answers.append(owner.post(f"{path}/connect"))
        answers += [owner.get(f"{path}/status"), owner.get(path), owner.get(URL)]
    answers.append(owner.post(f"{path}/disconnect"))
    shown = "".join(answer.content.decode() for answer in answers)
    kept = str(list(Event.objects.values())) + str(list(Integration.objects.values_list("error", "name")))
    secrets = {value for value in credentials(platform).values() if "planted" in value}
    assert secrets
    assert [secret for secret in secrets | {"planted-token"} if secret in shown + kept + caplog.text] == []


def test_a_refusal_that_repeats_a_secret_is_told_without_it():
    def exchange():
        """As Graph's "Malformed access token" does."""
        raise PlatformError("reauth", "190", f"Malformed access token {NUMBER['access_token']}")
        yield

    account = Integration(platform="whatsapp", credentials=NUMBER).account()
    with pytest.raises(PlatformError) as refusal:
        outbound.converse(exchange(), account)
    assert refusal.value.message == "Malformed access token ••••"


def test_a_refused_message_is_kept_without_the_secret_that_the_refusal_repeats(ana, sandbox):
    integration = made(ana, "whatsapp", "active")
    sandbox.add_fault(status=400, code=190, message=f"Malformed access token {NUMBER['access_token']}")
    with pytest.raises(PlatformError) as refusal:
        outbound.send(integration, OutboundMessage(to="5215550142", text="Hola", client_ref="1"))
    assert refusal.value.error_class == "reauth"
    assert "Malformed access token ••••" in refusal.value.message
    assert "planted" not in refusal.value.message


def test_an_exchange_has_an_end(sandbox, monkeypatch):
    def endless():
        while True:
            yield Request("GET", f"{sandbox.url}/graph/v26.0/2007", headers={"Authorization": "Bearer EAA"})

    monkeypatch.setattr(outbound, "EXCHANGE_SECONDS", 0.0)
    with pytest.raises(PlatformError) as refusal:
        outbound.converse(endless(), Integration(platform="whatsapp", credentials=NUMBER).account())
    assert (refusal.value.error_class, refusal.value.code) == ("unknown", "too_slow")
