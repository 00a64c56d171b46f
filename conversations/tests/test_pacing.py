"""How fast messages leave, and in what order, when a platform or its limits hold them up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.delivery import deliver_thread, recover_lost
from conversations.models import Message
from conversations.tests.sending import fresh, let_the_pauses_pass, make_due, queue, texts
from flame.lib.breaker import FAILURES
from integrations import pacing
from integrations.platforms.capabilities import Pace
from integrations.registry import PLATFORMS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pace(monkeypatch):
    def slow(name, **paces):
        able = PLATFORMS[name].capabilities
        for field, value in paces.items():
            monkeypatch.setitem(able.__dict__, field, value)

    return slow


def due_in(message):
    return (fresh(message).next_attempt_at - timezone.now()).total_seconds()


def test_a_customer_gets_a_burst_and_then_one_at_a_time(pace, sandbox, shop, thread, thread_of):
    pace("whatsapp", contact_pace=Pace(60, burst=2))
    messages = queue(thread, "uno", "dos", "tres", "cuatro")
    deliver_thread(thread.id)
    assert [fresh(message).status for message in messages] == ["sent", "sent", "queued", "queued"]
    third = fresh(messages[2])
    assert 55 < due_in(third) <= 60
    assert (third.attempts, third.first_attempt_at, third.metadata) == (0, None, {})

    other = thread_of(shop, "5215550000002")
    queue(other, "a otra")
    deliver_thread(other.id)
    assert texts(sandbox) == ["uno", "dos", "a otra"]


def test_what_is_held_back_is_overtaken_by_nothing(pace, sandbox, thread):
    pace("whatsapp", contact_pace=Pace(60, burst=1))
    messages = queue(thread, "uno", "dos", "tres")
    deliver_thread(thread.id)
    Message.objects.filter(pk=messages[2].pk).update(next_attempt_at=timezone.now() - timedelta(seconds=30))
    deliver_thread(thread.id)
    assert texts(sandbox) == ["uno"]
    for message in messages[1:]:
        let_the_pauses_pass(message)
        make_due(*messages[1:])
        deliver_thread(thread.id)
    assert texts(sandbox) == ["uno", "dos", "tres"]


def test_an_account_speaks_no_faster_than_its_pace(pace, sandbox, shop, thread_of):
    pace("whatsapp", account_pace=Pace(60, burst=2))
    threads = [thread_of(shop, f"521555000000{number}") for number in range(4)]
    for thread in threads:
        queue(thread, "Hola")
        deliver_thread(thread.id)
    assert len(sandbox.sent()) == 2
    assert Message.objects.filter(status="queued", attempts=0).count() == 2


def test_a_short_wait_is_sat_out(pace, sandbox, thread):
    pace("whatsapp", contact_pace=Pace(0.2, burst=1))
    queue(thread, "uno", "dos")
    deliver_thread(thread.id)
    assert texts(sandbox) == ["uno", "dos"]


def test_an_accounts_limit_holds_all_its_customers_back(sandbox, shop, thread, thread_of):
    sandbox.add_fault(platform="whatsapp", status=429, code=130429, retry_after=90)
    first, second = queue(thread, "uno", "dos")
    deliver_thread(thread.id)
    other = thread_of(shop, "5215550000002")
    (third,) = queue(other, "a otra")
    deliver_thread(other.id)
    assert [fresh(message).status for message in (first, second, third)] == ["queued"] * 3
    assert due_in(third) > 85
    assert sandbox.sent() == []


def test_a_customers_limit_holds_only_them_back_and_longer_each_time(sandbox, shop, thread, thread_of):
    sandbox.add_fault(platform="whatsapp", contact="5215559999", status=400, code=131056, times=3)
    first, second = queue(thread, "uno", "dos")
    for wait in (1, 4, 16):
        make_due(first)
        let_the_pauses_pass(first)
        deliver_thread(thread.id)
        assert wait - 1 < due_in(first) <= wait
        assert fresh(first).metadata["error"]["class"] == "rate_limited"
    other = thread_of(shop, "5215550000002")
    queue(other, "a otra")
    deliver_thread(other.id)
    assert texts(sandbox) == ["a otra"]
    make_due(first)
    let_the_pauses_pass(first)
    deliver_thread(thread.id)
    assert (texts(sandbox), fresh(first).metadata, fresh(second).status) == (["a otra", "uno", "dos"], {}, "sent")


def test_an_account_that_is_not_connected_lets_nothing_overtake(sandbox, shop, thread):
    shop.status = "error"
    shop.save()
    first, _ = queue(thread, "uno", "dos")
    deliver_thread(thread.id)
    Message.objects.filter(pk=first.pk).update(next_attempt_at=timezone.now() + timedelta(minutes=1))
    shop.status = "active"
    shop.save()
    deliver_thread(thread.id)
    assert sandbox.sent() == []
    make_due(first)
    deliver_thread(thread.id)
    assert texts(sandbox) == ["uno", "dos"]


def test_a_platform_that_is_silent_is_left_alone_and_then_probed_by_one(
    sandbox, shop, thread_of, settings, monkeypatch
):
    there, settings.META_GRAPH_BASE_URL = settings.META_GRAPH_BASE_URL, "http://127.0.0.1:9/graph"
    threads = [thread_of(shop, f"52155500000{number:02}") for number in range(FAILURES + 2)]
    messages = [queue(thread, "Hola", "¿Qué tal?")[0] for thread in threads]
    for thread in threads:
        deliver_thread(thread.id)
    tried, spared = messages[:FAILURES], messages[FAILURES:]
    assert {fresh(message).metadata["error"]["code"] for message in tried} == {"unreachable"}
    assert [(fresh(message).attempts, fresh(message).metadata) for message in spared] == [(0, {})] * 2
    assert all(25 < due_in(message) <= 30 for message in spared)

    breaker = pacing._breakers[shop.pk]
    monkeypatch.setattr(breaker, "_asks_again_at", 0.0)
    settings.META_GRAPH_BASE_URL = there
    make_due(*Message.objects.all())
    assert recover_lost() == {thread.id for thread in threads}
    for thread in threads:
        deliver_thread(thread.id)
    assert texts(sandbox) == ["Hola", "¿Qué tal?"] * len(threads)
