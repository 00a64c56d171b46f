"""The commands for operators: replay, prune, rotate_keys, set_webhook. Done twice they do nothing more."""

import json
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Event
from integrations.models import InboundEvent, Integration

pytestmark = pytest.mark.django_db
OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))


@pytest.fixture
def run(capsys):
    def command(name, *arguments):
        call_command(name, *map(str, arguments), "--json")
        return json.loads(capsys.readouterr().out)

    return command


def event(key, state="dead", account_key="2007", hours_ago=1):
    return InboundEvent.objects.create(
        platform="whatsapp",
        account_key=account_key,
        event_key=key,
        payload={},
        state=state,
        received_at=timezone.now() - timedelta(hours=hours_ago),
    )


def waiting():
    return sorted(InboundEvent.objects.filter(state="pending").values_list("event_key", flat=True))


def test_one_event_is_replayed_once(run):
    one, _other = event("m:1"), event("m:2")
    assert run("replay", one.pk) == {"replayed": 1}
    assert run("replay", one.pk) == {"replayed": 0}
    assert waiting() == ["m:1"]


def test_an_integration_s_dead_are_replayed_since_a_time(run, shop):
    event("m:1")
    event("m:old", hours_ago=5)
    event("m:ignored", state="ignored")
    event("m:foreign", account_key="3003")
    since = (timezone.now() - timedelta(hours=2)).isoformat()
    assert run("replay", "--integration", shop.pk, "--since", since) == {"replayed": 1}
    assert run("replay", "--integration", shop.pk, "--ignored") == {"replayed": 2}
    assert waiting() == ["m:1", "m:ignored", "m:old"]
    assert run("replay", "--all") == {"replayed": 1}


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--all", "7"),
        ("7",),
        ("--integration", "7c1e6cb6-7a8c-4a3c-8d0a-0f2f8d6f3f55"),
        ("--all", "--since", "soon"),
    ],
)
def test_a_replay_of_nothing_or_of_two_things_is_refused(run, arguments):
    event("m:1")
    with pytest.raises(CommandError):
        run("replay", *arguments)
    assert waiting() == []


def test_what_is_past_its_time_is_pruned_once(run, ana, settings):
    past = timezone.now() - timedelta(days=settings.INBOUND_KEPT_DAYS + settings.EVENTS_KEPT_DAYS + 1)
    for number, at in enumerate((past, timezone.now()), 1):
        Event.objects.create(account=ana, seq=number, type="message.created", actor={}, data={}, created_at=at)
    event("m:1", state="done", hours_ago=24 * (settings.INBOUND_KEPT_DAYS + 1))
    event("m:2", state="dead", hours_ago=24 * 365)
    assert {"accounts": 1, "integrations": 1}.items() <= run("prune").items()
    assert set(run("prune").values()) == {0}
    assert (Event.objects.get().seq, InboundEvent.objects.get().event_key) == (2, "m:2")


def test_keys_are_rotated_once_and_the_old_one_can_go(run, ana, shop, settings):
    settings.FIELD_KEYS = [OLD]
    shop.save()
    settings.FIELD_KEYS = [NEW, OLD]
    credentials = dict(shop.credentials)
    assert run("rotate_keys")["integrations.credentials"] == {"rotated": 1, "current": 0, "unreadable": []}
    assert run("rotate_keys")["integrations.credentials"] == {"rotated": 0, "current": 1, "unreadable": []}
    settings.FIELD_KEYS = [NEW]
    assert Integration.objects.get().credentials == credentials
    settings.FIELD_KEYS = [OLD]
    with pytest.raises(ImproperlyConfigured):
        Integration.objects.get()


def test_what_no_key_opens_is_named_and_left_alone_and_the_rest_is_rotated(capsys, shop, bot, settings):
    settings.FIELD_KEYS = [OTHER]
    shop.save()
    settings.FIELD_KEYS = [OLD]
    bot.save()
    settings.FIELD_KEYS = [NEW, OLD]
    with pytest.raises(CommandError, match=str(shop.pk)):
        call_command("rotate_keys")
    settings.FIELD_KEYS = [NEW]
    assert Integration.objects.get(pk=bot.pk).credentials["bot_token"] == "7001:AAbot-token"
    settings.FIELD_KEYS = [OTHER]
    assert Integration.objects.get(pk=shop.pk).credentials["phone_number_id"] == "2007"


def test_webhooks_are_set_to_where_we_are_now(run, shop, bot, sandbox, settings):
    settings.PUBLIC_URL = "https://moved.example"
    for _ in range(2):
        told = run("set_webhook", "--all")["integrations"]
        assert {each["webhook_url"]: each["error"] for each in told} == {
            "https://moved.example/api/webhooks/whatsapp": "",
            "https://moved.example/api/webhooks/telegram": "",
        }
    bot.refresh_from_db()
    assert (bot.status, bot.webhook_url) == ("active", "https://moved.example/api/webhooks/telegram")


def test_a_webhook_that_cannot_be_set_is_told_and_fails(capsys, shop, bot, sandbox, settings):
    settings.PUBLIC_URL = "https://moved.example"
    bot.credentials = {**bot.credentials, "bot_token": "7001:bad-token"}
    bot.save()
    with pytest.raises(CommandError, match="1 of 2"):
        call_command("set_webhook", shop.pk, bot.pk)
    assert "https://moved.example/api/webhooks/whatsapp" in capsys.readouterr().out
    bot.refresh_from_db()
    assert bot.status == "error"


@pytest.mark.parametrize("arguments", [(), ("7c1e6cb6-7a8c-4a3c-8d0a-0f2f8d6f3f55",)])
def test_webhooks_of_nobody_are_refused(run, arguments):
    with pytest.raises(CommandError):
        run("set_webhook", *arguments)
