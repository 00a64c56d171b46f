"""Group commit: the webhooks that wait together are stored by one INSERT, and each is answered after its commit."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import Error, close_old_connections, connection

from flame.lib.doorbell import ring
from integrations.models import InboundEvent
from integrations.tasks import receive

logger = logging.getLogger(__name__)

BATCH_ROWS = 1000
CAPACITY_ROWS = 20_000
"""Rows that may wait: beyond it the platform gets a 503 and repeats, which is safer than a process out of memory."""

# One thread, one connection: SQLite has one writer anyway, and on PostgreSQL the batch grows while one is on its way.
database = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inbox")
Waiting = tuple[Sequence[InboundEvent], "asyncio.Future[None]"]
T = TypeVar("T")


class InboxFull(Exception):
    """More waits than we dare to hold."""


class Inbox:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []
        self._rows = 0
        self._flusher: asyncio.Task[None] | None = None

    async def store(self, rows: Sequence[InboundEvent]) -> None:
        """Return once the rows are durable. Raises InboxFull, or what the database said of these rows."""
        if self._rows + len(rows) > CAPACITY_ROWS:
            raise InboxFull
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((rows, stored))
        self._rows += len(rows)
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush())
        await stored

    async def _flush(self) -> None:
        while self._waiting:
            batch = self._take()
            answers = await asyncio.get_running_loop().run_in_executor(database, commit, [rows for rows, _ in batch])
            for (rows, stored), error in zip(batch, answers, strict=True):
                self._rows -= len(rows)
                if stored.done():  # the platform hung up while we wrote
                    continue
                if error is None:
                    stored.set_result(None)
                else:
                    stored.set_exception(error)

    def _take(self) -> list[Waiting]:
        rows = 0
        for count, (batch, _) in enumerate(self._waiting):
            rows += len(batch)
            if rows > BATCH_ROWS and count:
                break
        else:
            count = len(self._waiting)
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return taken


def commit(batch: Sequence[Sequence[InboundEvent]]) -> list[Exception | None]:
    """Store all requests' rows together; if that fails, one by one: no request is refused for another's rows."""
    try:
        _insert([row for rows in batch for row in rows])
        answers: list[Exception | None] = [None] * len(batch)
    except Error:
        answers = [_try_insert(rows) for rows in batch]
    if None in answers:
        ring(receive)
    return answers


def _try_insert(rows: Sequence[InboundEvent]) -> Exception | None:
    try:
        _insert(rows)
    except Error as error:
        logger.exception("A webhook of %d items could not be stored", len(rows))
        return error
    return None


def _insert(rows: Sequence[InboundEvent]) -> None:
    with living_connection():
        InboundEvent.objects.bulk_create(rows, ignore_conflicts=True)


async def ask(question: Callable[[], T]) -> T:
    """Ask the database something in the door's own thread."""
    return await asyncio.get_running_loop().run_in_executor(database, _ask, question)


def _ask(question: Callable[[], T]) -> T:
    with living_connection():
        return question()


@contextmanager
def living_connection() -> Iterator[None]:
    """No request cycle closes this thread's connection: a database that cut it is noticed here, or never again."""
    try:
        close_old_connections()
        yield
    except Error:
        connection.close_if_unusable_or_obsolete()
        raise
