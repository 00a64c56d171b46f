import json

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator

from accounts import fanout as fanouts
from accounts import stream
from accounts.models import Event, User
from accounts.stream import Draft
from accounts.tickets import open_ticket
from accounts.tokens import issue, sign_in_of
from conversations import consumers
from conversations.consumers import InboxConsumer

pytestmark = pytest.mark.django_db(transaction=True)

application = InboxConsumer.as_asgi()


class Socket:
    """A client as browsers are: JSON text frames, and the code with which it was closed."""

    unheard = ("presence.updated", "viewer.updated")

    def __init__(self, query="", protocols=("flame.v1",), headers=()):
        self.wire = WebsocketCommunicator(
            application, f"/ws/inbox{query}", subprotocols=list(protocols), headers=[(b"host", b"flame.test"), *headers]
        )

    async def __aenter__(self):
        connected, self.protocol = await self.wire.connect()
        assert connected
        return self

    async def __aexit__(self, *_):
        await self.wire.disconnect()

    async def frame(self):
        """The next one, whoever comes and goes meanwhile (test_presence.py)."""
        while (frame := json.loads(await self.wire.receive_from(timeout=5)))["type"] in self.unheard:
            pass
        return frame

    async def frames(self, count):
        return [await self.frame() for _ in range(count)]

    async def say(self, **frame):
        await self.wire.send_to(text_data=json.dumps(frame))

    async def closed(self):
        message = await self.wire.receive_output(timeout=5)
        assert message["type"] == "websocket.close"
        return message["code"]

    async def refusal(self):
        """The code of the error frame and of the close that follows it."""
        frame = await self.frame()
        assert frame["type"] == "error"
        return frame["data"]["code"], await self.closed()


def bearer(user):
    return ("flame.v1", f"bearer.{issue(user)['access']}")


@sync_to_async
def publish(account_id, *names):
    stream.publish(account_id, *(Draft("message.created", {"message": name}) for name in names))


async def test_a_bearer_is_greeted_with_its_place_in_the_stream(ana):
    await publish(ana.id, 1, 2, 3)
    async with Socket(protocols=await sync_to_async(bearer)(ana)) as socket:
        hello = await socket.frame()
    assert socket.protocol == "flame.v1"
    assert (hello["v"], hello["type"], hello["seq"]) == (1, "hello", None)
    assert hello["data"]["user"] == {"id": str(ana.id), "name": "Ana", "email": ana.email, "role": "user"}
    assert (hello["data"]["last_seq"], hello["data"]["heartbeat_ms"]) == (3, 25_000)


async def test_stored_events_arrive_once_in_order_at_every_socket_of_the_account(ana, bruno, carla):
    async with (
        Socket(protocols=await sync_to_async(bearer)(ana)) as mine,
        Socket(protocols=await sync_to_async(bearer)(bruno)) as his,
        Socket(protocols=await sync_to_async(bearer)(carla)) as hers,
    ):
        for socket in (mine, his, hers):
            await socket.frame()
        for n in range(5):
            await publish(ana.id, n)
        for socket in (mine, his):
            frames = await socket.frames(5)
            assert [(frame["seq"], frame["data"]["message"]) for frame in frames] == [(n + 1, n) for n in range(5)]
        await publish(carla.id, "hers")
        assert (await hers.frame())["data"] == {"message": "hers"}
        assert await his.wire.receive_nothing()


async def test_a_silent_channel_layer_only_makes_events_late(ana, monkeypatch):
    monkeypatch.setattr(fanouts, "LOOK_SECONDS", 0.1)
    async with Socket(protocols=await sync_to_async(bearer)(ana)) as socket:
        await socket.frame()
        await sync_to_async(Event.objects.create)(
            account=ana, seq=1, type="message.created", actor={"type": "system", "id": None}, data={"message": 1}
        )
        await sync_to_async(stream.EventStream.objects.create)(account=ana, last_seq=1)
        assert (await socket.frame())["seq"] == 1


async def test_resume_replays_what_was_missed_then_goes_on(ana):
    await publish(ana.id, *range(1, 8))
    async with Socket("?since=4", protocols=await sync_to_async(bearer)(ana)) as socket:
        frames = await socket.frames(5)
        assert [frame["seq"] for frame in frames] == [None, 5, 6, 7, None]
        assert (frames[-1]["type"], frames[-1]["data"]) == ("ready", {"seq": 7, "replayed": 3})
        await socket.say(type="resume", seq=6, ref="r1")
        assert [frame["data"] for frame in await socket.frames(3)] == [
            {"ref": "r1"},
            {"message": 7},
            {"seq": 7, "replayed": 1},
        ]
        await publish(ana.id, 8)
        assert (await socket.frame())["seq"] == 8


@pytest.mark.parametrize(("since", "reason"), [(1, "too_old"), (99, "unknown_seq")])
async def test_who_asks_for_what_is_not_kept_is_told_to_resync(ana, since, reason):
    await publish(ana.id, *range(1, 8))
    await Event.objects.filter(seq__lt=5).adelete()
    async with Socket(f"?since={since}", protocols=await sync_to_async(bearer)(ana)) as socket:
        frames = await socket.frames(2)
        assert (frames[1]["type"], frames[1]["data"]) == ("resync", {"reason": reason, "seq": 7})


async def test_a_first_frame_may_bring_the_token(ana):
    token = (await sync_to_async(issue)(ana))["access"]
    async with Socket() as socket:
        await socket.say(type="auth", token=token, ref="a")
        ack, hello = await socket.frames(2)
        assert (ack["type"], ack["data"], hello["type"]) == ("ack", {"ref": "a"}, "hello")


async def test_a_ticket_opens_one_socket(ana):
    sign_in = await sync_to_async(lambda: sign_in_of(issue(ana)["access"]))()
    ticket = await sync_to_async(open_ticket)(sign_in)
    async with Socket(f"?ticket={ticket}") as socket:
        assert (await socket.frame())["type"] == "hello"
    async with Socket(f"?ticket={ticket}") as socket:
        assert await socket.refusal() == ("token_invalid", 4401)


async def test_no_token_in_time_closes(db, monkeypatch):
    monkeypatch.setattr(consumers, "AUTH_SECONDS", 0.05)
    async with Socket() as socket:
        assert await socket.refusal() == ("auth_timeout", 4408)


async def test_a_bad_token_closes(db):
    async with Socket(protocols=("flame.v1", "bearer.nonsense")) as socket:
        assert await socket.refusal() == ("token_invalid", 4401)


async def test_the_query_carries_no_token_unless_allowed(ana, settings):
    token = (await sync_to_async(issue)(ana))["access"]
    async with Socket(f"?token={token}") as socket:
        assert await socket.wire.receive_nothing()
    settings.WS_QUERY_TOKEN = True
    async with Socket(f"?token={token}") as socket:
        assert (await socket.frame())["type"] == "hello"


async def test_a_foreign_page_may_not_connect(ana):
    origin = [(b"origin", b"https://evil.example")]
    async with Socket(protocols=await sync_to_async(bearer)(ana), headers=origin) as socket:
        assert await socket.refusal() == ("origin_forbidden", 4403)


@pytest.mark.parametrize("origin", [b"http://localhost:5173", b"https://flame.test"])
async def test_the_own_page_and_the_apps_origin_may(ana, origin):
    async with Socket(protocols=await sync_to_async(bearer)(ana), headers=[(b"origin", origin)]) as socket:
        assert (await socket.frame())["type"] == "hello"


async def test_a_disabled_user_loses_the_open_socket(ana, monkeypatch):
    monkeypatch.setattr(consumers, "HEARTBEAT_SECONDS", 0.1)
    async with Socket(protocols=await sync_to_async(bearer)(ana)) as socket:
        await socket.frame()
        heartbeat = await socket.frame()
        assert (heartbeat["type"], heartbeat["data"]) == ("heartbeat", {"last_seq": 0})
        await User.objects.filter(pk=ana.pk).aupdate(is_active=False)
        while (frame := await socket.frame())["type"] == "heartbeat":
            pass
        assert (frame["data"]["code"], await socket.closed()) == ("token_invalid", 4401)


@pytest.mark.parametrize("text", ["no json", "[]", "{}", '{"type": 7}'])
async def test_what_is_no_frame_closes(ana, text):
    async with Socket(protocols=await sync_to_async(bearer)(ana)) as socket:
        await socket.frame()
        await socket.wire.send_to(text_data=text)
        assert await socket.refusal() == ("frame_invalid", 4400)


async def test_a_frame_over_64_kib_closes(ana):
    async with Socket(protocols=await sync_to_async(bearer)(ana)) as socket:
        await socket.frame()
        await socket.say(type="ping", ref="x" * 65_536)
        assert await socket.refusal() == ("frame_too_large", 4413)


async def test_a_flood_closes(ana, monkeypatch):
    monkeypatch.setattr(consumers, "FRAMES_PER_WINDOW", 3)
    async with Socket(protocols=await sync_to_async(bearer)(ana)) as socket:
        await socket.frame()
        for _ in range(4):
            await socket.say(type="ping")
        assert [frame["type"] for frame in await socket.frames(3)] == ["ack"] * 3
        assert await socket.refusal() == ("too_many_frames", 4429)


async def test_a_slow_reader_is_closed_and_can_resume(ana, monkeypatch):
    monkeypatch.setattr(fanouts, "MAILBOX_FRAMES", 2)
    async with Socket(protocols=await sync_to_async(bearer)(ana)) as socket:
        await socket.frame()
        await publish(ana.id, *range(10))
        while (frame := await socket.frame())["type"] == "message.created":
            pass
        assert (frame["data"]["code"], await socket.closed()) == ("slow_reader", 4508)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"type": "subscribe"}, "frame_unknown"),
        ({"type": "resume", "seq": "1"}, "field_invalid"),
        ({"type": "resume", "seq": True}, "field_invalid"),
        ({"type": "watch", "conversation_id": "x"}, "field_invalid"),
        ({"type": "auth", "token": "x"}, "already_authenticated"),
    ],
)
async def test_a_wrong_frame_is_answered_and_the_socket_stays(ana, frame, code):
    async with Socket(protocols=await sync_to_async(bearer)(ana)) as socket:
        await socket.frame()
        await socket.say(ref="r", **frame)
        answer = await socket.frame()
        assert (answer["type"], answer["data"]["ref"], answer["data"]["code"]) == ("error", "r", code)
        await socket.say(type="ping", ref="p")
        assert (await socket.frame())["data"] == {"ref": "p"}


async def test_typing_is_shown_to_the_account_and_stored_nowhere(ana, bruno, thread, carla):
    async with (
        Socket(protocols=await sync_to_async(bearer)(ana)) as mine,
        Socket(protocols=await sync_to_async(bearer)(bruno)) as his,
        Socket(protocols=await sync_to_async(bearer)(carla)) as hers,
    ):
        for socket in (mine, his, hers):
            await socket.frame()
        await his.say(type="typing.start", conversation_id=str(thread.id))
        shown = await mine.frame()
        assert (shown["type"], shown["seq"], shown["actor"]) == (
            "typing.started",
            None,
            {"type": "agent", "id": str(bruno.id)},
        )
        await hers.say(type="typing.start", conversation_id=str(thread.id), ref="r")
        assert (await hers.frame())["data"]["code"] == "not_found"
    assert await Event.objects.acount() == 0
