"""Who of an account is here, and who looks at which thread: kept in the cache only, and renewed with each heartbeat.

Two processes that note somebody at the same moment may lose one of the two, until the next heartbeat.
"""

import logging
import threading
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache

from accounts import stream
from accounts.fanout import encode
from flame.lib import bell

logger = logging.getLogger(__name__)

GONE_SECONDS = 60
"""Two heartbeats and some: whose process was killed says no goodbye."""
Room = dict[str, dict[str, Any]]
"""Of an account, by session: `{user: {id, name}, watched: [conversation ids], at}`."""
_guard = threading.Lock()


@dataclass
class Session:
    """One socket of a person."""

    account_id: uuid.UUID
    user: dict[str, str]
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    watched: set[str] = field(default_factory=set)


def note(session: Session) -> Room:
    """Here, and looking at these threads. Tells the others what is new; answers who is here."""
    return _change(session, {"user": session.user, "watched": sorted(session.watched), "at": time.time()})


def leave(session: Session) -> None:
    _change(session, None)


def online(room: Room) -> list[dict[str, str]]:
    return _people(room.values())


def viewers(room: Room, conversation_id: str) -> list[dict[str, str]]:
    return _people(entry for entry in room.values() if conversation_id in entry["watched"])


def presence_frame(room: Room) -> str:
    return encode(stream.frame("presence.updated", {"online": online(room)}))


def viewers_frame(room: Room, conversation_id: str) -> str:
    data = {"viewers": viewers(room, conversation_id)}
    return encode(stream.frame("viewer.updated", data, conversation_id=uuid.UUID(conversation_id)))


def _people(entries: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    people = {entry["user"]["id"]: entry["user"] for entry in entries}
    return sorted(people.values(), key=lambda person: (person["name"], person["id"]))


def _change(session: Session, entry: dict[str, Any] | None) -> Room:
    key, fresh = f"presence:{session.account_id}", time.time() - GONE_SECONDS
    try:
        with _guard:
            before: Room = cache.get(key) or {}
            after = {name: known for name, known in before.items() if known["at"] > fresh and name != session.id}
            if entry is not None:
                after[session.id] = entry
            cache.set(key, after, GONE_SECONDS)
    except Exception as error:  # noqa: BLE001 - each cache has its own exceptions, and nobody's inbox hangs on this
        logger.warning("Who is here cannot be told: %s", error)
        return {}
    _tell(session, before, after)
    return after


def _tell(session: Session, before: Room, after: Room) -> None:
    """The other sockets of the account; this one knows."""
    frames = [presence_frame(after)] if online(before) != online(after) else []
    looked_at = {name for room in (before, after) for name in room.get(session.id, {}).get("watched", [])}
    frames += [viewers_frame(after, name) for name in looked_at if viewers(before, name) != viewers(after, name)]
    for frame in frames:
        bell.send(stream.group(session.account_id), {"type": "frame.sent", "frame": frame, "except": session.id})
