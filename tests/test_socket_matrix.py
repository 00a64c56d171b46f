"""Who hears what at the websocket: two accounts' owners and agents, and staff, over all that is told or may be said."""

import asyncio
import json
import uuid
from contextlib import AsyncExitStack, asynccontextmanager
from types import SimpleNamespace

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import cache
from rest_framework.test import APIClient

from accounts import stream
from accounts.fanout import encode
from accounts.models import Event, User
from accounts.stream import Draft
from accounts.tickets import open_ticket
from accounts.tokens import issue, sign_in_of
from accounts.vocabulary import EPHEMERAL, STORED, parts
from conversations import consumers
from conversations.frames import SHAPES
from conversations.models import Conversation
from conversations.tests.test_socket import Socket, bearer
from flame.lib import bell
from tests.access.policies import POLICIES, Who
from tests.access.world import furnished
from tests.test_access_matrix import ask

pytestmark = pytest.mark.django_db(transaction=True)

ABOUT_A_THREAD = [name for name, shape in SHAPES.items() if "conversation_id" in shape]
# Only a platform, an assistant or a training tells these: their own apps' tests.
BY_NOBODY_S_HAND = {"conversation.created", "draft.created", "assistant.trained", "integration.status_changed"}
# Neither what is about oneself alone, nor PATCH, which is PUT.
BY_HAND = [route for route, policy in POLICIES.items() if policy.who in {Who.ACCOUNT, Who.OWNER}]
# A draft first, because a thread that goes on discards it.
WRITING = sorted(
    [route for route in BY_HAND if route.startswith(("POST", "PUT"))], key=lambda route: "PUT /api/drafts" not in route
)
DELETING = [route for route in BY_HAND if route.startswith("DELETE")]


@pytest.fixture
def cast(ana, bruno, carla):
    """Both accounts with the same furniture: who listens, and what they own."""
    cache.clear()
    dora = User.objects.create_superuser("dora@example.com", "dora-secret-1", name="Dora")
    hers, theirs = furnished(ana, "71"), furnished(carla, "72")
    # Another than the one whom a route removes: theirs is a socket that is closed.
    agent = User.objects.create_user("emil@example.com", "emil-secret-1", name="Emil", role="agent", team_owner=carla)
    Conversation.objects.update(unread_count=1)
    accounts = {ana.id: [ana, bruno], carla.id: [carla, agent], dora.id: [dora]}
    return SimpleNamespace(ana=ana, bruno=bruno, carla=carla, dora=dora, own=hers, foreign=theirs, accounts=accounts)


@asynccontextmanager
async def listening(cast):
    """A socket of everybody, greeted, by user. Who comes and goes is not heard."""
    async with AsyncExitStack() as stack:
        sockets = {}
        for user in [user for people in cast.accounts.values() for user in people]:
            socket = Socket(protocols=await sync_to_async(bearer)(user))
            sockets[user] = await stack.enter_async_context(socket)
            await socket.frame()
        yield sockets


async def told(socket):
    """All that comes until a ping of ours is answered, then what is still on its way."""
    await socket.say(type="ping", ref="until here")
    frames = []
    while (frame := await socket.frame())["data"] != {"ref": "until here"}:
        frames.append(frame)
    while not await socket.wire.receive_nothing(timeout=0.3):
        frames.append(json.loads(await socket.wire.receive_from()))
    return [frame for frame in frames if frame["type"] not in Socket.unheard]


async def told_everybody(sockets):
    return dict(zip(sockets, await asyncio.gather(*map(told, sockets.values())), strict=True))


def over_rest(user, *paths):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {issue(user)['access']}")
    return [client.get(path).json() for path in paths]


def write_all(owner, ids):
    """By every route, and what is there before the last of them delete it: collections' objects by id."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {issue(owner)['access']}")
    for route in WRITING:
        ask(client, route, ids, POLICIES[route].body(ids))
    thread = f"/api/conversations/{ids['conversations']}"
    single = [thread, *(f"/api/{name}/{ids[name]}" for name in ("assistants", "integrations"))]
    shown = [*over_rest(owner, *single), *over_rest(owner, f"{thread}/messages")[0]["results"]]
    for route in DELETING:
        ask(client, route, ids, {})
    return {each["id"]: each for each in shown}


def objects_of(frames):
    """As they were told last, by id, before they were deleted."""
    return {
        each["id"]: each
        for frame in frames
        for name, each in frame["data"].items()
        if name in {"conversation", "assistant", "integration", "message"}
    }


async def test_each_type_of_event_reaches_its_account_and_nobody_else(cast):
    def publish(owner):
        for kind, shape in STORED.items():
            names = {"of"} if isinstance(shape, str) else parts(shape)[0]
            stream.publish(owner.id, Draft(kind, dict.fromkeys(names, str(owner.id))))

    async with listening(cast) as sockets:
        for owner in (cast.ana, cast.carla):
            await sync_to_async(publish)(owner)
        heard = await told_everybody(sockets)
    for owner_id, people in cast.accounts.items():
        kinds = [*STORED] if owner_id != cast.dora.id else []
        for user in people:
            assert [frame["type"] for frame in heard[user]] == kinds, user
            assert {value for frame in heard[user] for value in frame["data"].values()} == {str(owner_id)} & {
                *map(str, [cast.ana.id, cast.carla.id])
            }


async def test_what_is_kept_nowhere_reaches_its_account_and_nobody_else(cast, monkeypatch):
    monkeypatch.setattr(Socket, "unheard", ())

    async with listening(cast) as sockets:
        await told_everybody(sockets)
        for kind in EPHEMERAL:
            text = encode(stream.frame(kind, {"whose": str(cast.ana.id)}))
            await sync_to_async(bell.send)(stream.group(cast.ana.id), {"type": "frame.sent", "frame": text})
        heard = await told_everybody(sockets)
    for user, frames in heard.items():
        assert [frame["type"] for frame in frames] == ([*EPHEMERAL] if user in cast.accounts[cast.ana.id] else []), user


async def test_whatever_is_written_each_hears_what_their_rest_answers_and_no_other_id(cast, sandbox):
    async with listening(cast) as sockets:
        shown = {
            owner.id: await sync_to_async(write_all)(owner, ids)
            for owner, ids in ((cast.ana, cast.own), (cast.carla, cast.foreign))
        }
        heard = await told_everybody(sockets)
    for owner_id, people in cast.accounts.items():
        others = {} if owner_id == cast.dora.id else cast.foreign if owner_id == cast.ana.id else cast.own
        for user in people:
            (answer,) = await sync_to_async(over_rest)(people[0], "/api/events?since=0")
            assert heard[user] == answer["events"], user
            assert [each for each in others.values() if each in json.dumps(heard[user])] == []
        last, there = objects_of(heard[people[0]]), shown.get(owner_id, {})
        assert {name: each for name, each in there.items() if name in last and each != last[name]} == {}
        assert len(there.keys() & last.keys()) == (5 if there else 0)
    assert heard[cast.dora] == []
    assert {frame["type"] for frame in heard[cast.ana]} >= STORED.keys() - BY_NOBODY_S_HAND


@pytest.mark.parametrize("kind", ABOUT_A_THREAD)
async def test_a_foreign_thread_is_answered_like_none_and_nobody_is_told(cast, kind):
    before = await sync_to_async(lambda: list(Event.objects.values()))()
    async with listening(cast) as sockets:
        for stranger in (cast.carla, cast.dora):
            answers = []
            for thread in (cast.own["conversations"], str(uuid.uuid4())):
                await sockets[stranger].say(type=kind, conversation_id=thread, ref="r")
                frame = await sockets[stranger].frame()
                answers.append((frame["type"], frame["conversation_id"], frame["data"]))
            assert answers[0] == answers[1]
            assert (answers[0][0], answers[0][2]["code"]) == ("error", "not_found")
        assert set(map(len, (await told_everybody(sockets)).values())) == {0}
        for user in (cast.ana, cast.bruno):
            await sockets[user].say(type=kind, conversation_id=cast.own["conversations"], ref="r")
            assert (await sockets[user].frame())["type"] in {"ack", "typing.started", "typing.stopped"}
    assert await sync_to_async(lambda: list(Event.objects.values()))() == before


async def test_a_number_of_another_account_s_stream_tells_nothing_of_it(cast):
    def publish(owner, count):
        stream.publish(owner.id, *[Draft("assistant.deleted", {"id": str(owner.id)})] * count)

    await sync_to_async(publish)(cast.ana, 7)
    await sync_to_async(publish)(cast.carla, 2)
    async with listening(cast) as sockets:
        for user, seq in ((cast.carla, 5), (cast.dora, 5), (cast.carla, 0), (cast.dora, 0), (cast.bruno, 5)):
            await sockets[user].say(type="resume", seq=seq, ref="r")
        heard = await told_everybody(sockets)
    assert [frame["data"] for frame in heard[cast.carla]] == [
        {"ref": "r"},
        {"reason": "unknown_seq", "seq": 2},
        {"ref": "r"},
        *[{"id": str(cast.carla.id)}] * 2,
        {"seq": 2, "replayed": 2},
    ]
    assert [frame["data"] for frame in heard[cast.dora]] == [
        {"ref": "r"},
        {"reason": "unknown_seq", "seq": 0},
        {"ref": "r"},
        {"seq": 0, "replayed": 0},
    ]
    assert [frame["seq"] for frame in heard[cast.bruno]] == [None, 6, 7, None]


def disabled(cast, api):
    User.objects.filter(pk=cast.bruno.pk).update(is_active=False)


def removed(cast, api):
    owner = APIClient()
    owner.credentials(HTTP_AUTHORIZATION=f"Bearer {issue(cast.ana)['access']}")
    assert owner.delete(f"/api/team/{cast.bruno.id}").status_code == 204


def signed_out(cast, api):
    assert api.post("/api/auth/logout").status_code == 204


def new_password(cast, api):
    change = {"password": "a-new-secret-1", "current_password": "bruno-secret-1"}
    assert api.put("/api/auth/profile", change, format="json").status_code == 200


@pytest.mark.parametrize("end", [disabled, removed, signed_out, new_password])
async def test_whose_access_ends_loses_the_open_socket_and_opens_no_other(cast, monkeypatch, end):
    monkeypatch.setattr(consumers, "HEARTBEAT_SECONDS", 0.1)
    token = (await sync_to_async(issue)(cast.bruno))["access"]
    ticket = await sync_to_async(lambda: open_ticket(sign_in_of(token)))()
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    async with Socket(protocols=("flame.v1", f"bearer.{token}")) as socket:
        await socket.frame()
        await sync_to_async(end)(cast, api)
        while (frame := await socket.frame())["type"] == "heartbeat":
            pass
        assert (frame["data"]["code"], await socket.closed()) == ("token_invalid", 4401)
    await sync_to_async(stream.publish)(cast.ana.id, Draft("assistant.deleted", {"id": "x"}))
    for query, protocols in (("", ("flame.v1", f"bearer.{token}")), (f"?ticket={ticket}&since=0", ("flame.v1",))):
        async with Socket(query, protocols=protocols) as socket:
            assert await socket.refusal() == ("token_invalid", 4401)
    async with Socket() as socket:
        await socket.say(type="auth", token=token)
        assert await socket.refusal() == ("token_invalid", 4401)
