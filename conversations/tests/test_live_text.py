"""An assistant's text at the sockets while it is written."""

import json
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
from asgiref.sync import sync_to_async

from assistants.dialogue import Reply
from conversations import answering, live_text
from conversations.answering import answer_thread
from conversations.answering.claims import claim_turn
from conversations.live_text import LiveText
from conversations.models import AssistantRun, Conversation
from conversations.tests.test_socket import Socket, bearer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(ana, thread, helper):
    return AssistantRun.objects.create(user=ana, assistant=helper, conversation=thread)


@asynccontextmanager
async def inbox(user):
    async with Socket(protocols=await sync_to_async(bearer)(user)) as socket:
        await socket.frame()
        yield socket


async def deltas(socket, count):
    """The next frames of this kind."""
    found = []
    while len(found) < count:
        frame = await socket.frame()
        if frame["type"] == "message.delta":
            found.append(frame["data"])
    return found


async def test_the_first_piece_is_shown_at_once_and_the_next_ones_together(run, bruno, monkeypatch):
    monkeypatch.setattr(live_text, "PACE_SECONDS", 60)
    live, name = LiveText(run), str(run.id)
    async with inbox(bruno) as socket:
        for piece in ("Abri", "mos ", "a las 9."):
            await sync_to_async(live.hear)(piece)
        await sync_to_async(live.flush)()
        frame = await socket.frame()
        assert (frame["type"], frame["seq"], frame["conversation_id"]) == (
            "message.delta",
            None,
            str(run.conversation_id),
        )
        assert frame["actor"] == {"type": "assistant", "id": str(run.assistant_id)}
        assert frame["data"] == {"draft_id": name, "index": 0, "text": "Abri"}
        assert await deltas(socket, 1) == [{"draft_id": name, "index": 1, "text": "mos a las 9."}]


async def test_a_stranger_sees_nothing_of_it(run, carla):
    async with inbox(carla) as hers:
        await sync_to_async(LiveText(run).hear)("Abrimos")
        assert await hers.wire.receive_nothing(timeout=0.2)
        await hers.say(type="watch", conversation_id=str(run.conversation_id), ref="1")
        assert (await hers.frame())["data"]["code"] == "not_found"
        assert await hers.wire.receive_nothing(timeout=0.2)


async def test_who_begins_to_watch_gets_the_text_so_far(run, ana):
    live = LiveText(run)
    for piece in ("Abrimos ", "a las "):
        await sync_to_async(live.hear)(piece)
        await sync_to_async(live.flush)()
    async with inbox(ana) as socket:
        await socket.say(type="watch", conversation_id=str(run.conversation_id), ref="1")
        assert (await socket.frame())["type"] == "ack"
        assert await deltas(socket, 1) == [
            {"draft_id": str(run.id), "index": 1, "text": "Abrimos a las ", "whole": True}
        ]
        live._shown_at = 0
        await sync_to_async(live.hear)("9.")
        assert (await deltas(socket, 1))[0]["index"] == 2
        await sync_to_async(live.end)()
        await socket.say(type="watch", conversation_id=str(run.conversation_id), ref="2")
        assert (await socket.frame())["type"] == "ack"
        assert await socket.wire.receive_nothing(timeout=0.2)


@sync_to_async
def answered(wire, monkeypatch, text, during=None):
    def decide(assistant, dialogue, now, watch, **_):
        watch.on_delta(text)
        if during:
            during()
        return Reply(text, "answer", "openai")

    monkeypatch.setattr(answering, "decide_reply", decide)
    wire.says("¿A qué hora abren?")
    answer_thread(Conversation.objects.get().id)
    return str(AssistantRun.objects.get().id)


async def test_the_message_that_follows_carries_the_same_id(wire, helper, ana, monkeypatch):
    async with inbox(ana) as socket:
        run_id = await answered(wire, monkeypatch, "Abrimos a las 9.")
        frames = []
        while not frames or frames[-1]["data"].get("draft_id") != run_id or frames[-1]["type"] == "message.delta":
            frames.append(await socket.frame())
        assert [frame["data"] for frame in frames if frame["type"] == "message.delta"] == [
            {"draft_id": run_id, "index": 0, "text": "Abrimos a las 9."}
        ]
        final = frames[-1]
        assert (final["type"], final["data"]["message"]["content"]) == ("message.created", "Abrimos a las 9.")
        assert final["data"]["message"]["metadata"]["draft_id"] == run_id


async def test_a_text_that_is_dropped_is_aborted(wire, helper, ana, monkeypatch):
    def take_over():
        Conversation.objects.update(ai_state="human", answer_due_at=None)

    async with inbox(ana) as socket:
        run_id = await answered(wire, monkeypatch, "Abrimos a las 9.", take_over)
        shown, aborted = await deltas(socket, 2)
        assert shown["text"] == "Abrimos a las 9."
        assert aborted == {"draft_id": run_id, "index": 1, "text": "", "aborted": "person"}


async def test_the_text_of_a_killed_worker_is_aborted_by_its_successor(wire, helper, ana):
    @sync_to_async
    def killed_and_replaced():
        wire.says("¿A qué hora abren?")
        conversation_id = Conversation.objects.get().id
        lost = claim_turn(conversation_id)
        Conversation.objects.update(answer_lease_until=None)
        answer_thread(conversation_id)
        return str(lost.run.id)

    async with inbox(ana) as socket:
        run_id = await killed_and_replaced()
        assert (await deltas(socket, 1))[0] == {"draft_id": run_id, "index": 0, "text": "", "aborted": "worker_ended"}


async def test_a_cache_that_is_away_costs_no_reply(run, ana, monkeypatch):
    def away(*_):
        raise ConnectionError("Redis is away")

    # The proxy has a cache in every thread of its own: as a whole it can be put away and back.
    monkeypatch.setattr(live_text, "cache", SimpleNamespace(set=away, get=away, delete=away))
    live = LiveText(run)
    async with inbox(ana) as socket:
        await sync_to_async(live.hear)("Abrimos")
        assert json.dumps((await deltas(socket, 1))[0]["text"]) == '"Abrimos"'
