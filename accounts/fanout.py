"""From the stored events to the sockets of this process: one subscription and one reading per account, whatever the
number of its sockets. Frames come from the rows; the channel layer only rings, and a clock looks when it is silent.
"""

import asyncio
import logging
import uuid
from collections.abc import Coroutine
from contextlib import suppress
from contextvars import Context
from typing import Any

import orjson
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from accounts import stream
from accounts.models import EventStream
from accounts.tokens import still_open
from flame.lib import bell

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
"""How late an event may be when Redis is away."""
JOIN_SECONDS = 1.0
"""How long a new listener waits until the layer carries to it; a layer that is away holds nobody up for longer."""
MAILBOX_FRAMES = 1000
Frame = tuple[int | None, str]
"""A stored event's seq, or None for an ephemeral frame, and the JSON as it goes out."""


class Mailbox:
    """One socket's frames; `owner` names it, `family_id` its sign-in. `overflowed` once it read slower than its account
    writes, `ended` once its sign-in has.

    An ephemeral frame is left out while the socket is behind: it costs nobody the connection.
    """

    def __init__(self, owner: str, family_id: uuid.UUID | None) -> None:
        self.owner = owner
        self.family_id = family_id
        self.frames: asyncio.Queue[Frame] = asyncio.Queue(MAILBOX_FRAMES)
        self.overflowed = self.ended = False

    def put(self, frame: Frame) -> None:
        if frame[0] is None and self.frames.qsize() >= MAILBOX_FRAMES // 2:
            return
        try:
            self.frames.put_nowait(frame)
        except asyncio.QueueFull:
            self.overflowed = True

    def end(self) -> None:
        self.ended = True
        with suppress(asyncio.QueueFull):  # then nobody waits for a frame
            self.frames.put_nowait((None, ""))


class Feed:
    """One account's news for all its sockets here."""

    def __init__(self, account_id: uuid.UUID, seq: int) -> None:
        self.account_id = account_id
        self.seq = seq
        self.mailboxes: set[Mailbox] = set()
        self.news = asyncio.Event()
        self.listening = asyncio.Event()
        self.tasks = [start(self._listen()), start(self._pass_on())]

    def close(self) -> None:
        for task in self.tasks:
            task.cancel()

    async def _listen(self) -> None:
        """Hear the bell. A layer that fails is joined again; until then the clock of the fan-out does its work."""
        layer = get_channel_layer()
        # redis-py may answer a cancellation with an error of its own, so ask the task itself whether it is to end.
        while not cancelled():
            try:
                channel = await layer.new_channel()
                await layer.group_add(stream.group(self.account_id), channel)
                # What comes back proves that the layer carries to us: Redis answers a subscription when it likes.
                await layer.group_send(stream.group(self.account_id), {"type": "feed.joined"})
                self.news.set()
                while not cancelled():
                    self._heard(await layer.receive(channel))
            except Exception as error:  # noqa: BLE001 - every layer has its own exceptions; none may end the feed
                self.listening.clear()
                logger.warning("The channel layer is away (%s); looking every %.0f s instead.", error, LOOK_SECONDS)
                await asyncio.sleep(LOOK_SECONDS)

    def _heard(self, message: dict[str, Any]) -> None:
        if message["type"] == "bell.rung":
            self.news.set()
        elif message["type"] == "feed.joined":
            self.listening.set()
        else:
            self._deliver((None, message["frame"]), message.get("except", ""))

    async def _pass_on(self) -> None:
        while True:
            await self.news.wait()
            self.news.clear()
            try:
                while await self._tell():
                    pass
            except Exception:
                logger.exception("Events of account %s could not be read; trying again.", self.account_id)
                await asyncio.sleep(LOOK_SECONDS)
                self.news.set()

    async def _tell(self) -> bool:
        """The next events, to whoever may still see them; answers whether there may be more."""
        events = await database_sync_to_async(stream.since)(self.account_id, self.seq)
        await self._dismiss_ended()  # after the reading: what came after a sign-in's end is not told to it
        for event in events:
            self.seq = event.seq
            self._deliver((event.seq, encode(stream.envelope(event))))
        return len(events) == stream.PAGE

    async def _dismiss_ended(self) -> None:
        opened_by = {mailbox: mailbox.family_id for mailbox in self.mailboxes if mailbox.family_id}
        living = await database_sync_to_async(still_open)(self.account_id, {*opened_by.values()})
        for mailbox in [mailbox for mailbox, family_id in opened_by.items() if family_id not in living]:
            self.mailboxes.discard(mailbox)
            mailbox.end()

    def _deliver(self, frame: Frame, left_out: str = "") -> None:
        for mailbox in self.mailboxes:
            if not left_out or mailbox.owner != left_out:
                mailbox.put(frame)


class Fanout:
    """The feeds of one event loop."""

    def __init__(self) -> None:
        self.feeds: dict[uuid.UUID, Feed] = {}
        self.limits: set[asyncio.Timeout] = set()
        self._joining = asyncio.Lock()
        self._clock = start(self._look())

    async def join(
        self, account_id: uuid.UUID, owner: str = "", family_id: uuid.UUID | None = None
    ) -> tuple[Mailbox, int]:
        """A mailbox that gets every event after the returned seq, and from now on what nobody stores."""
        mailbox = Mailbox(owner, family_id)
        async with self._joining:
            feed = self.feeds.get(account_id)
            if feed is None:
                seq = await database_sync_to_async(stream.last_seq)(account_id)
                feed = self.feeds[account_id] = Feed(account_id, seq)
            feed.mailboxes.add(mailbox)
            seq = feed.seq
        with suppress(TimeoutError):
            await asyncio.wait_for(feed.listening.wait(), JOIN_SECONDS)
        return mailbox, seq

    def leave(self, account_id: uuid.UUID, mailbox: Mailbox) -> None:
        feed = self.feeds.get(account_id)
        if feed is None:
            return
        feed.mailboxes.discard(mailbox)
        if not feed.mailboxes:
            feed.close()
            del self.feeds[account_id]

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if not self.feeds:
                continue
            with suppress(Exception):  # a database that is away is the feeds' own trouble; look again
                for account_id, seq in await database_sync_to_async(newest)(list(self.feeds)):
                    feed = self.feeds.get(account_id)
                    if feed is not None and feed.seq < seq:
                        feed.news.set()


def start(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """In no context of whoever came first: a request's names the thread that runs its queries, and ends with it."""
    return asyncio.get_running_loop().create_task(work, context=Context())


def cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def newest(account_ids: list[uuid.UUID]) -> list[tuple[uuid.UUID, int]]:
    streams = EventStream.objects.filter(account_id__in=account_ids)
    return [(row.account_id, row.last_seq) for row in streams]


async def event_after(account_id: uuid.UUID, seq: int, seconds: float) -> None:
    """Return when the account has an event after `seq`, when the time is over, or when the process is to end."""
    here = fanout()
    mailbox, newest_seq = await here.join(account_id)
    try:
        async with asyncio.timeout(seconds) as limit:
            here.limits.add(limit)
            while newest_seq <= seq:
                stored, _text = await mailbox.frames.get()
                newest_seq = stored or newest_seq
    except TimeoutError:
        pass
    finally:
        here.limits.discard(limit)
        here.leave(account_id, mailbox)


def end_waits() -> None:
    """Answer whoever waits for an event on the running loop: the process is to end, and would wait for them."""
    for limit in fanout().limits:
        if not limit.expired():
            limit.reschedule(asyncio.get_running_loop().time())


_fanouts: dict[asyncio.AbstractEventLoop, Fanout] = {}


def fanout() -> Fanout:
    """The fan-out of the running loop; from now on this process rings on this loop."""
    loop = asyncio.get_running_loop()
    if loop not in _fanouts:
        for stale in [known for known in _fanouts if known.is_closed()]:
            del _fanouts[stale]
        bell.listen_here()
        _fanouts[loop] = Fanout()
    return _fanouts[loop]


def encode(frame: dict[str, Any]) -> str:
    return orjson.dumps(frame).decode()
