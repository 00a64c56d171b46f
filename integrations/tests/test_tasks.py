from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from integrations import tasks
from integrations.models import InboundEvent
from integrations.tests.wire import whatsapp_body, whatsapp_text

pytestmark = pytest.mark.django_db(transaction=True)


def waiting():
    return InboundEvent.objects.filter(state="pending").count()


def test_a_bell_that_finds_enough_receivers_leaves_its_work_to_them(wire, shop):
    wire.post("whatsapp", whatsapp_body(whatsapp_text("Hola")))
    for _ in range(tasks.RECEIVERS):
        tasks._receivers.acquire()
    assert (tasks.receive(), waiting()) == (0, 1)
    assert tasks._rung.is_set()  # so the first to end looks again

    for _ in range(tasks.RECEIVERS):
        tasks._receivers.release()
    assert (tasks.receive(), waiting()) == (1, 0)
    assert not tasks._rung.is_set()


def test_a_receiver_that_fails_makes_room_for_the_next(wire, shop, monkeypatch):
    wire.post("whatsapp", whatsapp_body(whatsapp_text("Hola")))
    with monkeypatch.context() as broken:
        broken.setattr(tasks, "waiting_lanes", lambda: 1 / 0)
        for _ in range(tasks.RECEIVERS + 1):
            with pytest.raises(ZeroDivisionError):
                tasks.receive()
    assert (tasks.receive(), waiting()) == (1, 0)


@contextmanager
def cut_in_the_middle():
    """Connections end when a worker writes down what became of its items."""

    def cut(execute, sql, params, many, context):
        if sql.startswith('UPDATE "inbound_events"') and "done" in params:
            raise OperationalError("terminating connection due to administrator command")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(cut):
        yield


def try_in_vain(times):
    with cut_in_the_middle():
        for _ in range(times):
            InboundEvent.objects.update(next_at=timezone.now())
            with pytest.raises(OperationalError):
                tasks.receive()


def test_a_database_that_fails_costs_an_item_no_try(wire, shop):
    wire.post("whatsapp", whatsapp_body(whatsapp_text("uno"), whatsapp_text("dos")))
    try_in_vain(tasks.MAX_ATTEMPTS + 2)
    assert list(InboundEvent.objects.values_list("state", "attempts")) == [("pending", 0)] * 2

    InboundEvent.objects.update(next_at=timezone.now())
    assert (tasks.receive(), waiting()) == (2, 0)
    assert list(InboundEvent.objects.values_list("state", flat=True)) == ["done"] * 2


def test_an_item_that_fails_the_database_for_long_is_given_up(wire, shop):
    wire.post("whatsapp", whatsapp_body(whatsapp_text("veneno")))
    InboundEvent.objects.update(received_at=timezone.now() - tasks.FORGIVING)
    try_in_vain(tasks.MAX_ATTEMPTS)
    InboundEvent.objects.update(next_at=timezone.now())
    tasks.receive()
    assert InboundEvent.objects.get().state == "dead"
