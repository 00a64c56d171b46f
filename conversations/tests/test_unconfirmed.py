"""What may have been sent: when it is sent again, and when a person decides."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.actions import outbox
from conversations.delivery import deliver_thread, recover_lost
from conversations.models import Message
from conversations.tests.sending import fresh, let_another_arrive, make_due, queue, texts
from integrations.models import Door
from integrations.tests.wire import whatsapp_status

pytestmark = pytest.mark.django_db(transaction=True)

SETTLE = timedelta(seconds=60)


@pytest.fixture
def lost(sandbox, thread, settings):
    """A message of which nobody knows whether it arrived: the answer was cut a minute ago."""
    settings.OUTBOX_SETTLE_SECONDS = SETTLE.total_seconds()
    sandbox.add_fault(platform="whatsapp", accept_then_drop=True)
    (message,) = queue(thread, "Hola")
    deliver_thread(thread.id)
    make_due(message)
    let_another_arrive(after=message)
    return fresh(message)


def watched(closed_at, opened_at, seen_at=timedelta(0)):
    """A door of which the times are told as their age."""
    now = timezone.now()
    times = {"closed_at": now - closed_at, "opened_at": now - opened_at, "seen_at": now - seen_at}
    Door.objects.update_or_create(pk=1, defaults=times)


def seconds(number):
    return timedelta(seconds=number)


def test_while_the_door_was_open_the_wait_is_over_in_time(lost, thread):
    watched(closed_at=seconds(3600), opened_at=seconds(3000))
    assert recover_lost() == {thread.id}


def test_while_nothing_that_left_later_has_arrived_nothing_is_sent_again(lost):
    Message.objects.exclude(pk=lost.pk).update(status="sent")
    assert recover_lost() == set()
    assert (fresh(lost).status, fresh(lost).next_attempt_at > timezone.now()) == ("sending", True)
    Message.objects.filter(pk=lost.pk).update(wire_at=timezone.now() - 5 * SETTLE, next_attempt_at=timezone.now())
    assert recover_lost() == set()
    assert (fresh(lost).status, fresh(lost).next_attempt_at) == ("sending", None)


def test_time_in_which_no_receipt_could_come_does_not_count(lost, thread):
    watched(closed_at=seconds(30), opened_at=seconds(10))
    assert recover_lost() == set()
    waits = fresh(lost).next_attempt_at - timezone.now()
    # 60 s of an open door, and 20 more for what met it closed and comes again after as long: 10 are over.
    assert seconds(68) < waits <= seconds(70)
    assert fresh(lost).status == "sending"


def test_while_the_door_is_closed_nothing_is_sent_again(lost):
    watched(closed_at=seconds(7200), opened_at=seconds(3600), seen_at=seconds(7))
    assert recover_lost() == set()
    assert fresh(lost).status == "sending"
    assert timezone.now() < fresh(lost).next_attempt_at <= timezone.now() + seconds(5)


def test_a_receipt_that_comes_during_the_longer_wait_settles_it(sandbox, wire, lost):
    watched(closed_at=seconds(30), opened_at=seconds(10))
    recover_lost()
    [sent] = sandbox.sent()
    wire.whatsapp(whatsapp_status(sent["id"], "delivered", ref=sent["client_ref"]))
    make_due(lost)
    recover_lost()
    assert (fresh(lost).status, texts(sandbox)) == ("delivered", ["Hola"])


def test_after_a_second_time_a_person_decides(sandbox, lost, thread):
    sandbox.add_fault(platform="whatsapp", drop=True)
    assert recover_lost() == {thread.id}
    deliver_thread(thread.id)
    assert (fresh(lost).status, fresh(lost).next_attempt_at) == ("sending", None)
    make_due()
    assert recover_lost() == set()
    assert outbox.retry_by_hand(lost)
    deliver_thread(thread.id)
    assert fresh(lost).status == "sent"


def test_what_expires_while_it_is_unconfirmed_is_left_to_a_person(lost):
    Message.objects.update(expires_at=timezone.now())
    assert recover_lost() == set()
    assert (fresh(lost).status, fresh(lost).next_attempt_at) == ("sending", None)
    assert fresh(lost).metadata["error"]["class"] == "unknown"


def test_an_unconfirmed_message_is_settled_by_a_receipt_however_late(sandbox, wire, lost):
    Message.objects.update(expires_at=timezone.now())
    recover_lost()
    [sent] = sandbox.sent()
    wire.whatsapp(whatsapp_status(sent["id"], "read", ref=sent["client_ref"]))
    assert (fresh(lost).status, fresh(lost).metadata) == ("read", {})
