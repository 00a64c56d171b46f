from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from integrations import door, inbox
from integrations.models import Door
from integrations.tests.wire import post, whatsapp_body, whatsapp_text
from integrations.webhooks import Webhooks

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)


def aged(**ages):
    now = timezone.now()
    Door.objects.update_or_create(pk=1, defaults={name: now - age for name, age in ages.items()})
    return Door.objects.get()


def test_a_door_that_is_seen_again_and_again_stays_open():
    door.beat()
    first = Door.objects.get()
    door.beat()
    again = Door.objects.get()
    assert (again.opened_at, again.closed_at) == (first.opened_at, first.closed_at)
    assert again.seen_at > first.seen_at


def test_after_a_gap_it_was_closed_since_it_was_last_seen():
    before = aged(closed_at=60 * MINUTE, opened_at=50 * MINUTE, seen_at=MINUTE)
    door.beat()
    now = Door.objects.get()
    assert (now.closed_at, now.opened_at) == (before.seen_at, now.seen_at)


def test_a_gap_soon_after_another_counts_as_one():
    before = aged(closed_at=20 * MINUTE, opened_at=5 * MINUTE, seen_at=MINUTE)
    door.beat()
    assert Door.objects.get().closed_at == before.closed_at


def test_who_turned_a_webhook_away_had_a_gap():
    before = aged(closed_at=60 * MINUTE, opened_at=50 * MINUTE, seen_at=timedelta(seconds=1))
    door.beat(turned_away=True)
    assert Door.objects.get().opened_at > before.opened_at


def test_a_webhook_that_could_not_be_stored_is_noticed(monkeypatch, shop):
    monkeypatch.setattr(inbox, "CAPACITY_ROWS", 0)
    monkeypatch.setattr(door.watch, "_turned_away", False)
    status, _ = async_to_sync(post)(Webhooks(), "whatsapp", whatsapp_body(whatsapp_text("Hola")))
    assert (status, door.watch._turned_away) == (503, True)


def test_a_webhook_of_a_stranger_is_no_gap(monkeypatch, shop):
    monkeypatch.setattr(door.watch, "_turned_away", False)
    status, _ = async_to_sync(post)(Webhooks(), "whatsapp", whatsapp_body(whatsapp_text("Hola")), secret="another")
    assert (status, door.watch._turned_away) == (403, False)
