"""The inbox's websocket, `/ws/inbox`, subprotocol `flame.v1`: stored events, once and in order. It writes nothing."""

import asyncio
import time
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.utils.translation import gettext as _

from accounts import stream
from accounts.fanout import Mailbox, encode, fanout
from accounts.models import User
from accounts.socket_auth import sign_in_of_socket
from accounts.tokens import SignIn, TokenError, sign_in_of, still_open
from conversations import presence
from conversations.frames import MAX_FRAME, BadFrame, ClientFrame, read_frame
from conversations.live_text import so_far
from conversations.models import Conversation
from conversations.presence import Session
from flame.lib import bell, log_context

SERVER_VERSION = "1"
HEARTBEAT_SECONDS = 25.0
AUTH_SECONDS = 10.0
FRAMES_PER_WINDOW = 100
WINDOW_SECONDS = 10.0

BAD_FRAME, UNAUTHORIZED, FORBIDDEN_ORIGIN, NO_AUTH_IN_TIME = 4400, 4401, 4403, 4408
TOO_LARGE, TOO_MANY, SLOW_READER = 4413, 4429, 4508


class InboxConsumer(AsyncWebsocketConsumer):
    channel_layer_alias = "none"  # one subscription per process and account (accounts.fanout), none per socket

    async def connect(self) -> None:
        self.sign_in: SignIn | None = None
        self.mailbox: Mailbox | None = None
        self.seq = 0
        self.session: Session | None = None
        self.tasks: list[asyncio.Task[None]] = []
        self.heard: list[float] = []
        self.sending = asyncio.Lock()
        # Accept before refusing: a browser shows no code for a handshake that failed.
        await self.accept("flame.v1" if "flame.v1" in self.scope["subprotocols"] else None)
        if not origin_allowed(self.scope):
            await self.refuse(FORBIDDEN_ORIGIN, "origin_forbidden", _("This origin may not connect."))
            return
        try:
            sign_in = await database_sync_to_async(sign_in_of_socket)(self.scope)
        except TokenError as error:
            await self.refuse(UNAUTHORIZED, error.code, _("Invalid token"))
            return
        if sign_in is None:
            self.tasks.append(asyncio.create_task(self.expect_auth()))
        else:
            await self.enter(sign_in, since_of(self.scope))

    async def disconnect(self, code: int) -> None:
        for task in self.tasks:
            task.cancel()
        if self.sign_in is not None and self.mailbox is not None:
            fanout().leave(self.sign_in.user.account_id, self.mailbox)
        if self.session is not None:
            await sync_to_async(presence.leave)(self.session)

    async def expect_auth(self) -> None:
        await asyncio.sleep(AUTH_SECONDS)
        if self.sign_in is None:
            await self.refuse(NO_AUTH_IN_TIME, "auth_timeout", _("No token came in time."))

    async def enter(self, sign_in: SignIn, since: int | None) -> None:
        """Say hello to who is let in; from here on, every stored event after `seq` is theirs."""
        self.sign_in, user = sign_in, sign_in.user
        log_context.note(user=user.id)
        session = self.session = Session(user.account_id, {"id": str(user.id), "name": user.name})
        self.mailbox, self.seq = await fanout().join(user.account_id, session.id, sign_in.family_id)
        await self.say(
            "hello",
            {
                "session_id": session.id,
                "user": {"id": str(user.id), "name": user.name, "email": user.email, "role": user.role},
                "heartbeat_ms": int(HEARTBEAT_SECONDS * 1000),
                "last_seq": self.seq,
                "server_version": SERVER_VERSION,
            },
        )
        if since is not None:
            await self.resume(since)
        room = await sync_to_async(presence.note)(session)
        if presence.online(room) not in ([], [session.user]):
            await self.send(presence.presence_frame(room))
        self.tasks += [asyncio.create_task(self.pass_on()), asyncio.create_task(self.beat(session))]

    async def pass_on(self) -> None:
        """Frames from the mailbox to the wire. What the replay has sent already is skipped."""
        assert self.mailbox is not None  # noqa: S101 - entered
        while not self.mailbox.overflowed:
            seq, text = await self.mailbox.frames.get()
            if self.mailbox.ended:
                await self.refuse_ended()
                return
            async with self.sending:
                if seq is None:
                    await self.send(text)
                elif seq > self.seq:
                    self.seq = seq
                    await self.send(text)
        await self.refuse(SLOW_READER, "slow_reader", _("Events come faster than they are read; resume."))

    async def beat(self, session: Session) -> None:
        """Show that we live, and let nobody stay whose sign-in or account has ended."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            if await self.has_ended():
                await self.refuse_ended()
                return
            await sync_to_async(presence.note)(session)
            await self.say("heartbeat", {"last_seq": self.seq})

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if len(text_data or bytes_data or "") > MAX_FRAME:
            await self.refuse(TOO_LARGE, "frame_too_large", _("The frame is too large."))
            return
        if self.is_flooding():
            await self.refuse(TOO_MANY, "too_many_frames", _("Too many frames."))
            return
        try:
            if text_data is None:
                raise BadFrame("frame_invalid", _("Frames are text."), fatal=True)  # noqa: TRY301 - one place answers
            await self.obey(read_frame(text_data))
        except BadFrame as bad:
            if bad.fatal:
                await self.refuse(BAD_FRAME, bad.code, bad.error)
            else:
                await self.say("error", {"ref": bad.ref, "code": bad.code, "error": bad.error, "retry": False})

    def is_flooding(self) -> bool:
        now = time.monotonic()
        self.heard = [at for at in self.heard if at > now - WINDOW_SECONDS] + [now]
        return len(self.heard) > FRAMES_PER_WINDOW

    async def obey(self, frame: ClientFrame) -> None:
        if frame.type == "auth":
            if self.sign_in is not None:
                raise BadFrame("already_authenticated", _("This socket has its token already."), frame.ref)
            await self.authenticate(frame)
            return
        if self.sign_in is None:
            await self.refuse(UNAUTHORIZED, "token_missing", _("Access token required"))
            return
        if await self.has_ended():
            await self.refuse_ended()
            return
        if "conversation_id" in frame.data and not await database_sync_to_async(may_see)(
            self.sign_in.user, frame.data["conversation_id"]
        ):
            raise BadFrame("not_found", _("Not found."), frame.ref)
        await self.say("ack", {"ref": frame.ref})
        if frame.type == "resume":
            await self.resume(frame.data["seq"])
        elif frame.type in {"watch", "unwatch"}:
            await self.look_at(frame.data["conversation_id"], looking=frame.type == "watch")
        elif frame.type in {"typing.start", "typing.stop"}:
            self.show_typing(frame, self.sign_in.user)

    async def authenticate(self, frame: ClientFrame) -> None:
        try:
            sign_in = await database_sync_to_async(sign_in_of)(frame.data["token"])
        except TokenError as error:
            await self.refuse(UNAUTHORIZED, error.code, _("Invalid token"))
            return
        await self.say("ack", {"ref": frame.ref})
        await self.enter(sign_in, None)

    async def look_at(self, conversation_id: uuid.UUID, *, looking: bool) -> None:
        """Shown to the others of the account. Who begins gets who looks already, and the text that is being written."""
        session, name = self.session, str(conversation_id)
        assert session is not None  # noqa: S101 - entered
        (session.watched.add if looking else session.watched.discard)(name)
        room = await sync_to_async(presence.note)(session)
        if not looking:
            return
        if presence.viewers(room, name) not in ([], [session.user]):
            await self.send(presence.viewers_frame(room, name))
        if text := await sync_to_async(so_far)(conversation_id):
            await self.send(encode(text))

    def show_typing(self, frame: ClientFrame, user: User) -> None:
        """To the others of the account, and kept nowhere."""
        kind = "typing.started" if frame.type == "typing.start" else "typing.stopped"
        actor = {"type": "agent", "id": str(user.id)}
        conversation_id = frame.data["conversation_id"]
        text = encode(stream.frame(kind, {"name": user.name}, conversation_id=conversation_id, actor=actor))
        bell.send(stream.group(user.account_id), {"type": "frame.sent", "frame": text})

    async def resume(self, seq: int) -> None:
        """Send what was missed after `seq`, in order, then `ready`; or `resync` when it is no longer kept."""
        assert self.sign_in is not None  # noqa: S101 - entered
        account_id, replayed = self.sign_in.user.account_id, 0
        async with self.sending:
            if gap := await database_sync_to_async(stream.gap)(account_id, seq):
                self.seq = max(self.seq, gap.seq)
                await self.say("resync", {"reason": gap.reason, "seq": gap.seq})
                return
            while events := await database_sync_to_async(stream.since)(account_id, seq):
                for event in events:
                    await self.send(encode(stream.envelope(event)))
                seq, replayed = events[-1].seq, replayed + len(events)
            self.seq = max(self.seq, seq)
            await self.say("ready", {"seq": self.seq, "replayed": replayed})

    async def has_ended(self) -> bool:
        assert self.sign_in is not None  # noqa: S101 - entered
        account_id, family_id = self.sign_in.user.account_id, self.sign_in.family_id
        return not await database_sync_to_async(still_open)(account_id, [family_id])

    async def refuse_ended(self) -> None:
        await self.refuse(UNAUTHORIZED, TokenError().code, _("Invalid token"))

    async def say(self, type: str, data: dict[str, Any]) -> None:  # noqa: A002 - the envelope's name
        await self.send(encode(stream.frame(type, data)))

    async def refuse(self, close_code: int, code: str, error: str) -> None:
        await self.say("error", {"code": code, "error": error, "retry": close_code in {TOO_MANY, SLOW_READER}})
        await self.close(close_code)


def may_see(user: User, conversation_id: uuid.UUID) -> bool:
    return Conversation.objects.visible_to(user).filter(pk=conversation_id).exists()


def origin_allowed(scope: dict[str, Any]) -> bool:
    """Browsers always send an Origin; who sends none is no browser, and no other site can use its cookies."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    own = headers.get(b"host", b"").decode("latin-1")
    return not origin or origin in settings.CORS_ALLOWED_ORIGINS or urlsplit(origin).netloc == own


def since_of(scope: dict[str, Any]) -> int | None:
    text = parse_qs(scope["query_string"].decode("latin-1")).get("since", [""])[0]
    return int(text) if text.isdecimal() else None
