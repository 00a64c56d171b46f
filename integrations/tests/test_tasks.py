import pytest

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
