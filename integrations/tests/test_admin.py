"""What staff do with accounts and the inbox. Every action asks first."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from accounts.models import Event, User
from integrations.models import InboundEvent, Integration
from integrations.platforms.base import PlatformError

INTEGRATIONS, INBOX = "/admin/integrations/integration/", "/admin/integrations/inboundevent/"


@pytest.fixture
def staff(client, db):
    client.force_login(User.objects.create_superuser("staff@example.com", "staff-secret-1", name="Staff"))
    return client


def dead_event(key, *, state="dead", account_key="2007", hours_ago=1):
    return InboundEvent.objects.create(
        platform="whatsapp",
        account_key=account_key,
        event_key=key,
        payload={},
        state=state,
        attempts=3,
        error="Malformed",
        received_at=timezone.now() - timedelta(hours=hours_ago),
    )


def waiting():
    return set(InboundEvent.objects.filter(state="pending").values_list("event_key", flat=True))


def act(staff, url, action, rows, **answer):
    return staff.post(url, {"action": action, "_selected_action": [row.pk for row in rows], **answer}, follow=True)


def test_no_page_shows_a_credential(staff, shop):
    for page in ("", f"{shop.pk}/change/", f"{shop.pk}/history/"):
        text = staff.get(INTEGRATIONS + page).content.decode()
        for secret in ("access_token", "app_secret", "verify_token"):
            assert shop.credentials[secret] not in text
    assert "access_token: ••••0001" in staff.get(f"{INTEGRATIONS}{shop.pk}/change/").content.decode()
    exported = act(staff, INTEGRATIONS, "export_csv", [shop], confirmed="yes").content.decode()
    assert shop.credentials["access_token"] not in exported
    assert "••••0001" in exported


def test_replaying_asks_first(staff):
    event = dead_event("m:1")
    page = act(staff, INBOX, "replay_selected", [event])
    assert page.templates[0].name == "admin/asking_first.html"
    assert "whatsapp/2007/m:1" in page.content.decode()
    assert waiting() == set()


def test_selected_events_are_replayed(staff):
    one, other, _unselected = dead_event("m:1"), dead_event("m:2", state="ignored"), dead_event("m:3")
    done = dead_event("m:4", state="done")
    page = act(staff, INBOX, "replay_selected", [one, other, done], confirmed="yes")
    assert "2 eventos vuelven a esperar." in page.content.decode()
    assert waiting() == {"m:1", "m:2"}


def test_a_whole_filtered_list_is_replayed(staff):
    events = [dead_event("m:1"), dead_event("m:2"), dead_event("m:3", state="ignored")]
    url = f"{INBOX}?state__exact=dead"
    asked = act(staff, url, "replay_selected", events[:1], select_across="1")
    assert 'name="select_across" value="1"' in asked.content.decode()
    act(staff, url, "replay_selected", events[:1], select_across="1", confirmed="yes")
    assert waiting() == {"m:1", "m:2"}


def test_an_integration_s_dead_events_are_replayed_since_a_time(staff, shop, bot):
    dead_event("m:old", hours_ago=5)
    dead_event("m:new", hours_ago=1)
    dead_event("m:ignored", state="ignored")
    dead_event("m:another account", account_key="3001")
    asked = act(staff, INTEGRATIONS, "replay_dead", [shop])
    assert 'type="datetime-local"' in asked.content.decode()
    bad = act(staff, INTEGRATIONS, "replay_dead", [shop], confirmed="yes", since="yesterday")
    assert "errorlist" in bad.content.decode()
    assert waiting() == set()
    since = f"{timezone.now() - timedelta(hours=2):%Y-%m-%dT%H:%M}"
    act(staff, INTEGRATIONS, "replay_dead", [shop, bot], confirmed="yes", since=since)
    assert waiting() == {"m:new"}


def test_disconnecting_asks_first_and_then_tells_the_platform_and_the_owner(staff, shop, monkeypatch):
    Integration.objects.update(status="error")
    act(staff, INTEGRATIONS, "disconnect", [shop])
    shop.refresh_from_db()
    assert shop.status == "error"
    told = []

    def converse(_exchange, account):
        told.append(account.platform)
        raise PlatformError("retry", "unreachable", "away")

    monkeypatch.setattr("integrations.outbound.converse", converse)
    act(staff, INTEGRATIONS, "disconnect", [shop], confirmed="yes")
    shop.refresh_from_db()
    assert (shop.status, told) == ("inactive", ["whatsapp"])
    event = Event.objects.get()
    staff_id = str(User.objects.get(role="admin").pk)
    assert (event.type, event.actor) == ("integration.status_changed", {"type": "agent", "id": staff_id})
    assert LogEntry.objects.get().object_id == str(shop.pk)


@pytest.mark.parametrize("url", [INTEGRATIONS, INBOX])
def test_nothing_is_added_or_deleted(staff, shop, url):
    row = shop if url == INTEGRATIONS else dead_event("m:1")
    assert staff.get(f"{url}add/").status_code == 403
    assert staff.post(f"{url}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    act(staff, url, "delete_selected", [row], post="yes")
    assert type(row).objects.filter(pk=row.pk).exists()


def test_staff_give_an_integration_an_assistant_of_its_own_account_and_it_hears_of_that(staff, shop, carla):
    own, theirs = (user.assistants.create(name="Chispa", type="ai") for user in (shop.user, carla))
    url, form = f"{INTEGRATIONS}{shop.pk}/change/", {"name": "Tienda", "out_of_hours_text": ""}
    assert staff.post(url, {**form, "default_assistant": theirs.pk}).status_code == 200
    assert not Event.objects.exists()
    assert staff.post(url, {**form, "default_assistant": own.pk}).status_code == 302
    shop.refresh_from_db()
    assert (shop.default_assistant, shop.name) == (own, "Tienda")
    assert [event.type for event in Event.objects.all()] == ["integration.updated"]
