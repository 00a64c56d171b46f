from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from accounts.models import Event
from accounts.stream import CUSTOMER, Actor
from conversations.actions.threads import change_status, hand_off, lock_conversation, resume_assistant
from conversations.models import StatusChange

seed = import_module("conversations.migrations.0003_seed_status_changes").seed


def told(thread):
    rows = StatusChange.objects.filter(conversation=thread).order_by("id")
    return [(row.kind, row.from_status, row.to_status, row.actor_type) for row in rows]


def live(thread, bruno):
    """Handed over, taken back, resolved and reopened."""
    by = Actor("agent", str(bruno.id))
    for change in (
        lambda row: hand_off(row, Actor("assistant"), "asked"),
        lambda row: resume_assistant(row, by),
        lambda row: change_status(row, "resolved", by),
        lambda row: change_status(row, "resolved", by),
        lambda row: change_status(row, "active", CUSTOMER),
    ):
        with transaction.atomic():
            change(lock_conversation(thread.pk))


LIFE = [
    ("status", "active", "pending", "assistant"),
    ("handed_off", "pending", "pending", "assistant"),
    ("resumed", "pending", "pending", "agent"),
    ("status", "pending", "resolved", "agent"),
    ("status", "resolved", "active", "user"),
]


def test_each_change_of_a_thread_is_written_once_in_order(thread, bruno):
    live(thread, bruno)
    assert told(thread) == LIFE
    assert StatusChange.objects.get(kind="resumed").actor_id == bruno.id


def test_a_change_that_is_undone_leaves_no_row(thread):
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012 - it fails after the change
        change_status(lock_conversation(thread.pk), "resolved")
        raise RuntimeError
    assert told(thread) == []


def test_what_the_events_still_tell_is_taken_over(thread, bruno):
    live(thread, bruno)
    before = list(StatusChange.objects.order_by("id").values_list("kind", "actor_id", "assistant_id"))
    StatusChange.objects.all().delete()
    seed(apps, None)
    assert told(thread) == LIFE
    assert list(StatusChange.objects.order_by("id").values_list("kind", "actor_id", "assistant_id")) == before


def test_of_a_closed_thread_that_no_event_tells_of_its_own_state_does(shop, thread_of):
    now = timezone.now()
    resolved = thread_of(shop, "1", status="resolved", resolved_at=now - timedelta(days=30))
    archived = thread_of(shop, "2", status="archived", updated_at=now - timedelta(days=20))
    active = thread_of(shop, "3")
    Event.objects.create(account=shop.user, seq=1, type="conversation.status_changed", actor={}, data={})
    seed(apps, None)
    assert told(resolved) == [("status", "active", "resolved", "system")]
    assert told(archived) == [("status", "active", "archived", "system")]
    assert told(active) == []
    assert list(StatusChange.objects.order_by("changed_at").values_list("changed_at", flat=True)) == [
        resolved.resolved_at,
        archived.updated_at,
    ]
