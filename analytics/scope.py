"""Whose figures, of what time, as far back as history is known."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import Q

from accounts.models import User
from analytics.database import EPOCH, microseconds
from analytics.ranges import Range, Span
from conversations.models import Conversation, Message
from conversations.querysets import ConversationQuerySet, MessageQuerySet


@dataclass(frozen=True)
class Scope:
    """The account of `user`; with platforms or assistants, only the threads on those, or assigned to those."""

    user: User
    range: Range
    now: datetime
    platforms: tuple[str, ...] = ()
    assistants: tuple[uuid.UUID, ...] = ()

    @cached_property
    def known_since(self) -> datetime | None:
        """Since when every change of status is on record; None for an account that has no thread from before.

        Threads and messages stay, but what happened to a thread is told by events, and those are kept for a week.
        """
        kept = _quarter_after(self.now - timedelta(days=settings.EVENTS_KEPT_DAYS))
        older = Conversation.objects.visible_to(self.user).filter(created_at__lt=kept)
        return kept if older.exists() else None

    def knows(self, moment: datetime) -> bool:
        return self.known_since is None or moment >= self.known_since

    @property
    def threads(self) -> ConversationQuerySet:
        return Conversation.objects.visible_to(self.user).filter(self._of_threads(""))

    @property
    def messages(self) -> MessageQuerySet:
        """What customers read and wrote: no private note."""
        return Message.objects.visible_to(self.user).filter(self._of_threads("conversation__"), internal=False)

    def _of_threads(self, path: str) -> Q:
        wanted = Q()
        if self.platforms:
            wanted &= Q(**{f"{path}platform__in": self.platforms})
        if self.assistants:
            wanted &= Q(**{f"{path}assigned_assistant_id__in": self.assistants})
        return wanted

    @cached_property
    def spans(self) -> list[Span]:
        """The period before, then the steps of the range: the place of a span is its number in every query."""
        return [self.range.previous, *self.range.steps]

    @cached_property
    def edges(self) -> list[int]:
        return [microseconds(moment) for moment in (*(span.start for span in self.spans), self.range.end)]


def _quarter_after(moment: datetime) -> datetime:
    """The next quarter of an hour: a report asked for again is the same, and every zone's midnight is one."""
    return moment + (EPOCH - moment) % timedelta(minutes=15)
