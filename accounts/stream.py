"""The account's event stream: what happened, in order, without gaps, and readable again for seven days.

`publish` writes in the caller's transaction; sockets are rung once it is durable. The bell only says that an account
has news: whoever hears it, or hears nothing and looks anyway, reads the rows.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Event, EventStream
from accounts.vocabulary import check_event
from flame.lib import bell
from flame.lib.times import utc

ActorType = Literal["user", "assistant", "agent", "system"]


PAGE = 200
"""Events that are read at once."""


@dataclass(frozen=True)
class Actor:
    """Who did it: the customer (`user`), an assistant, a person of the team (`agent`), or the system itself."""

    type: ActorType
    id: str | None = None


@dataclass(frozen=True)
class Gap:
    """What separates a reader from the stream; from `seq` on they may follow it again."""

    reason: Literal["unknown_seq", "too_old"]
    seq: int


SYSTEM = Actor("system")
CUSTOMER = Actor("user")


@dataclass(frozen=True)
class Draft:
    """An event before it has its number."""

    type: str
    data: dict[str, Any]
    conversation_id: uuid.UUID | None = None
    actor: Actor = SYSTEM


_gathering: ContextVar[list[tuple[uuid.UUID, Draft]] | None] = ContextVar("gathering", default=None)


def publish(account_id: uuid.UUID, *drafts: Draft) -> None:
    """Store events of an account, to be sent after the commit. Raises UnknownEvent (accounts.vocabulary)."""
    for draft in drafts:
        check_event(draft.type, draft.data)
    waiting = _gathering.get()
    if waiting is None:
        with gathered():
            publish(account_id, *drafts)
    else:
        waiting.extend((account_id, draft) for draft in drafts)


@contextmanager
def gathered() -> Iterator[None]:
    """A transaction whose events are numbered together at its end. Nested, a savepoint: if it fails, so do its events.

    Numbering locks the account's stream until the commit. A transaction that locks several conversations numbers last,
    so that two of them cannot wait for each other, and the stream is held for the shortest time.
    """
    outer = _gathering.get()
    mine: list[tuple[uuid.UUID, Draft]] = []
    token = _gathering.set(mine)
    try:
        with transaction.atomic():
            yield
            if outer is None:
                _store(mine)
    finally:
        _gathering.reset(token)
    if outer is not None:
        outer.extend(mine)


def _store(waiting: list[tuple[uuid.UUID, Draft]]) -> None:
    by_account: dict[uuid.UUID, list[Draft]] = {}
    for account_id, draft in waiting:
        by_account.setdefault(account_id, []).append(draft)
    for account_id in sorted(by_account):
        drafts = by_account[account_id]
        last = _reserve(account_id, len(drafts))
        first = last - len(drafts) + 1
        Event.objects.bulk_create(
            Event(
                account_id=account_id,
                seq=seq,
                type=draft.type,
                conversation_id=draft.conversation_id,
                actor={"type": draft.actor.type, "id": draft.actor.id},
                data=draft.data,
            )
            for seq, draft in enumerate(drafts, first)
        )
        transaction.on_commit(partial(bell.ring, group(account_id), last))


def ring(account_id: uuid.UUID) -> None:
    """After the commit, have the account's sockets looked after though there is no event: a sign-in may have ended."""
    transaction.on_commit(partial(bell.ring, group(account_id), 0))


def _reserve(account_id: uuid.UUID, count: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO event_streams (account_id, last_seq) VALUES (%s, %s) ON CONFLICT (account_id)"
            " DO UPDATE SET last_seq = event_streams.last_seq + excluded.last_seq RETURNING last_seq",
            [account_id.hex if connection.vendor == "sqlite" else account_id, count],
        )
        (last,) = cursor.fetchone()
    return int(last)


def group(account_id: uuid.UUID) -> str:
    """The channel-layer group on which an account's bell is heard."""
    return f"account.{account_id}"


def last_seq(account_id: uuid.UUID) -> int:
    stored = EventStream.objects.filter(account_id=account_id).values_list("last_seq", flat=True).first()
    return stored or 0


def gap(account_id: uuid.UUID, seq: int) -> Gap | None:
    """Why the events after `seq` cannot be told: some are kept no longer, or there never was such a number."""
    newest = last_seq(account_id)
    if seq > newest:
        return Gap("unknown_seq", newest)
    oldest = Event.objects.filter(account_id=account_id).order_by("seq").values_list("seq", flat=True).first()
    return Gap("too_old", newest) if seq < (oldest or newest + 1) - 1 else None


def since(account_id: uuid.UUID, seq: int, limit: int = PAGE) -> list[Event]:
    """The stored events after `seq`, in order."""
    return list(Event.objects.filter(account_id=account_id, seq__gt=seq).order_by("seq")[:limit])


def envelope(event: Event) -> dict[str, Any]:
    """The frame of contract §3 for a stored event."""
    return frame(
        event.type,
        event.data,
        seq=event.seq,
        frame_id=event.id,
        at=event.created_at,
        conversation_id=event.conversation_id,
        actor=event.actor,
    )


def frame(  # noqa: PLR0913 - the envelope has these eight fields
    type: str,  # noqa: A002 - the envelope's own name
    data: dict[str, Any],
    *,
    seq: int | None = None,
    frame_id: uuid.UUID | None = None,
    at: datetime | None = None,
    conversation_id: uuid.UUID | None = None,
    actor: dict[str, Any] | None = None,
) -> dict[str, Any]:
    return {
        "v": 1,
        "type": type,
        "seq": seq,
        "id": str(frame_id or uuid.uuid4()),
        "at": utc(at or timezone.now()),
        "conversation_id": str(conversation_id) if conversation_id else None,
        "actor": actor or {"type": "system", "id": None},
        "data": data,
    }
