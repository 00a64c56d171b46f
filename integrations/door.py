"""Since when webhooks can be received without a gap. Every web process says so while its event loop and its database
answer; what comes in while nobody does is sent again by the platforms later, and ever later.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from functools import partial

from django.db import Error
from django.utils import timezone

from integrations.inbox import ask
from integrations.models import Door

logger = logging.getLogger(__name__)

BEAT_SECONDS = 2.0
GAP = timedelta(seconds=6)
"""Longer than a beat and a busy moment; Meta waits five seconds for its 200."""
ONLY = 1


class Watch:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._turned_away = False

    def turn_away(self) -> None:
        """A webhook of good faith was refused for our own sake: whatever it said comes later."""
        self._turned_away = True

    async def keep(self) -> None:
        while True:
            turned_away, self._turned_away = self._turned_away, False
            try:
                await ask(partial(beat, turned_away=turned_away))
            except Error as error:
                self._turned_away = True
                logger.warning("The door cannot say that it is open: %s", error)
            await asyncio.sleep(BEAT_SECONDS)


watch = Watch()


def beat(*, turned_away: bool = False) -> None:
    """The door is open now. After a gap it was closed since it was last seen."""
    now = timezone.now()
    door = Door.objects.filter(pk=ONLY).first()
    if door is None:
        Door.objects.bulk_create([Door(pk=ONLY, closed_at=now, opened_at=now, seen_at=now)], ignore_conflicts=True)
    elif not turned_away and door.seen_at >= now - GAP:
        Door.objects.filter(pk=ONLY).update(seen_at=now)
    else:
        # What the gap before it delayed may still be on its way: then it is one gap.
        closed_at = door.seen_at if caught_up_at(door) <= door.seen_at else door.closed_at
        same = Door.objects.filter(pk=ONLY, seen_at=door.seen_at)
        same.update(closed_at=closed_at, opened_at=now, seen_at=now)


def caught_up_at(door: Door) -> datetime:
    """Platforms double their pauses: what met a closed door comes again within as long as it had been closed."""
    return door.opened_at + (door.opened_at - door.closed_at)


def would_have_come_by(since: datetime, wait: timedelta, now: datetime) -> datetime | None:
    """When a webhook that was first sent at `since` would be here, after `wait` of an open door; None: it is closed.

    Where no door was ever watched, another server than ours takes the webhooks, and it is believed to be there.
    """
    door = Door.objects.filter(pk=ONLY).first()
    if door is None:
        return since + wait
    if door.seen_at < now - GAP:
        return None
    return max(since, caught_up_at(door) if door.opened_at > since else since) + wait
