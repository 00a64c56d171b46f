"""Who is here and who looks at a thread, at the sockets of the account."""

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import cache

from conversations import presence
from conversations.presence import Session
from conversations.tests.test_live_text import inbox
from conversations.tests.test_socket import Socket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _all_is_heard(monkeypatch):
    cache.clear()
    monkeypatch.setattr(Socket, "unheard", ())


def person(user):
    return {"id": str(user.id), "name": user.name}


async def test_who_comes_and_goes_is_shown_to_the_others(ana, bruno, carla):
    async with inbox(carla) as hers, inbox(ana) as mine:
        async with inbox(bruno) as his:
            assert (await his.frame())["data"] == {"online": [person(ana), person(bruno)]}
            arrived = await mine.frame()
            assert (arrived["type"], arrived["seq"], arrived["data"]) == (
                "presence.updated",
                None,
                {"online": [person(ana), person(bruno)]},
            )
        assert (await mine.frame())["data"] == {"online": [person(ana)]}
        assert await hers.wire.receive_nothing(timeout=0.2)


async def test_a_second_window_of_the_same_person_is_no_news(ana):
    async with inbox(ana) as one, inbox(ana):
        assert await one.wire.receive_nothing(timeout=0.2)


async def test_who_looks_at_a_thread_is_shown_until_they_look_away(ana, bruno, thread):
    name = str(thread.id)
    async with inbox(ana) as mine, inbox(bruno) as his:
        await mine.frame(), await his.frame()
        await mine.say(type="watch", conversation_id=name, ref="1")
        assert (await mine.frame())["type"] == "ack"
        seen = await his.frame()
        assert (seen["type"], seen["conversation_id"], seen["data"]) == (
            "viewer.updated",
            name,
            {"viewers": [person(ana)]},
        )
        await his.say(type="watch", conversation_id=name, ref="2")
        both = {"viewers": [person(ana), person(bruno)]}
        assert [(await his.frame())["type"], (await his.frame())["data"]] == ["ack", both]
        assert (await mine.frame())["data"] == both
        await his.say(type="unwatch", conversation_id=name, ref="3")
        assert (await mine.frame())["data"] == {"viewers": [person(ana)]}


async def test_whose_process_was_killed_is_gone_after_a_while(ana, bruno, monkeypatch):
    await sync_to_async(presence.note)(Session(ana.id, person(bruno)))
    monkeypatch.setattr(presence, "GONE_SECONDS", -1)
    room = await sync_to_async(presence.note)(Session(ana.id, person(ana)))
    assert presence.online(room) == [person(ana)]


async def test_a_cache_that_is_away_shuts_nobody_out(ana, monkeypatch):
    def away(*_):
        raise ConnectionError("Redis is away")

    monkeypatch.setattr(presence.cache, "get", away)
    async with inbox(ana) as socket:
        await socket.say(type="ping", ref="1")
        assert (await socket.frame())["data"] == {"ref": "1"}
