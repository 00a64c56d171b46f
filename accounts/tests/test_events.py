import asyncio
import time

import pytest
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.db import connections
from django.test import AsyncClient

from accounts import stream
from accounts.fanout import end_waits
from accounts.models import Event, User
from accounts.stream import Draft
from accounts.tokens import issue, revoke, sign_in_of
from flame.lib import bell

URL = "/api/events"


def publish(account, *numbers):
    stream.publish(account.id, *(Draft("message.created", {"message": number}) for number in numbers))


@pytest.fixture
def owner(client_of, ana):
    return client_of(ana)


def numbers(answer):
    return [event["data"]["message"] for event in answer["events"]]


def test_what_came_after_is_told_in_order_as_the_socket_tells_it(owner, ana):
    publish(ana, 1, 2, 3)
    answer = owner.get(f"{URL}?since=1").json()
    assert (numbers(answer), answer["last_seq"], answer["resync"]) == ([2, 3], 3, False)
    assert answer["events"] == [stream.envelope(event) for event in Event.objects.filter(seq__gt=1).order_by("seq")]
    assert owner.get(f"{URL}?since=3").json() == {"events": [], "last_seq": 3, "resync": False}


def test_who_names_no_event_begins_at_the_newest(owner, ana):
    publish(ana, 1, 2)
    assert owner.get(URL).json() == {"events": [], "last_seq": 2, "resync": False}


def test_a_long_backlog_is_told_in_pages(owner, ana):
    publish(ana, *range(1, 251))
    first = owner.get(f"{URL}?since=0").json()
    second = owner.get(f"{URL}?since={first['last_seq']}").json()
    assert (first["last_seq"], second["last_seq"]) == (200, 250)
    assert numbers(first) + numbers(second) == [*range(1, 251)]


@pytest.mark.parametrize("since", [1, 99])
def test_who_asks_for_what_is_not_kept_is_told_to_resync(owner, ana, since):
    publish(ana, *range(1, 8))
    Event.objects.filter(seq__lt=5).delete()
    assert owner.get(f"{URL}?since={since}&wait=25").json() == {"events": [], "last_seq": 7, "resync": True}
    assert numbers(owner.get(f"{URL}?since=4").json()) == [5, 6, 7]


def test_events_are_the_accounts_own(client_of, ana, bruno, carla):
    publish(ana, 1)
    assert numbers(client_of(bruno).get(f"{URL}?since=0").json()) == [1]
    assert client_of(carla).get(f"{URL}?since=0").json() == {"events": [], "last_seq": 0, "resync": False}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=x", "since"),
        ("since=-1", "since"),
        (f"since={2**63}", "since"),
        ("since=0&wait=26", "wait"),
        ("since=0&wait=-1", "wait"),
        ("since=0&wait=x", "wait"),
    ],
)
def test_a_wrong_question_is_refused(owner, query, field):
    answer = owner.get(f"{URL}?{query}")
    assert (answer.status_code, [detail["field"] for detail in answer.json()["details"]]) == (400, [field])


def test_without_a_token_nobody_is_told(api, db):
    assert api.get(f"{URL}?since=0").status_code == 401


@pytest.fixture
async def waiter(transactional_db, ana):
    """Somebody who asks the server's own stack and waits."""
    token = (await sync_to_async(issue)(ana))["access"]

    async def ask(since, wait):
        began, path = time.monotonic(), f"{URL}?since={since}&wait={wait}"
        async with ThreadSensitiveContext():  # a thread for each request, as Django's ASGI handler has it
            answer = await AsyncClient().get(path, headers={"authorization": f"Bearer {token}"})
            await sync_to_async(connections.close_all)()
        return answer, time.monotonic() - began

    ask.token = token
    return ask


async def begun(task):
    """Long enough for the question to be waiting."""
    await asyncio.sleep(0.5)
    assert not task.done()


async def test_who_waits_is_told_at_once(waiter, ana):
    waiting = asyncio.create_task(waiter(0, 20))
    await begun(waiting)
    await sync_to_async(publish)(ana, 1)
    answer, seconds = await waiting
    assert (numbers(answer.json()), answer.json()["last_seq"]) == ([1], 1)
    assert seconds < 5


async def test_who_waits_in_vain_is_told_so_in_time(waiter):
    answer, seconds = await waiter(0, 1)
    assert answer.json() == {"events": [], "last_seq": 0, "resync": False}
    assert 1 <= seconds < 4


async def test_events_of_others_and_ephemeral_frames_wake_nobody(waiter, ana, carla):
    waiting = asyncio.create_task(waiter(0, 2))
    await begun(waiting)
    await sync_to_async(publish)(carla, 1)
    bell.send(stream.group(ana.id), {"type": "frame.sent", "frame": "{}"})
    answer, seconds = await waiting
    assert (answer.json()["events"], seconds >= 2) == ([], True)


@pytest.mark.parametrize("ending", ["signed out", "disabled", "moved"])
async def test_whose_sign_in_ends_while_they_wait_is_told_nothing(waiter, ana, carla, ending):
    waiting = asyncio.create_task(waiter(0, 20))
    await begun(waiting)
    if ending == "disabled":
        await User.objects.filter(pk=ana.pk).aupdate(is_active=False)
    elif ending == "moved":
        await User.objects.filter(pk=ana.pk).aupdate(team_owner=carla)
    else:
        await sync_to_async(lambda: revoke(sign_in_of(waiter.token)))()
    await sync_to_async(publish)(ana, 1)
    answer, _ = await waiting
    assert (answer.status_code, answer.json()["code"]) == (403, "token_invalid")


async def test_who_waits_longer_than_the_first_is_still_told(waiter, ana):
    first = asyncio.create_task(waiter(0, 1))
    await begun(first)
    second = asyncio.create_task(waiter(0, 20))
    await first
    assert not second.done()
    await sync_to_async(publish)(ana, 1)
    answer, seconds = await second
    assert (numbers(answer.json()), seconds < 6) == ([1], True)


async def test_who_waits_is_let_go_when_the_process_is_to_end(waiter):
    waiting = asyncio.create_task(waiter(0, 20))
    await begun(waiting)
    end_waits()
    answer, seconds = await waiting
    assert (answer.json()["events"], seconds < 5) == ([], True)
