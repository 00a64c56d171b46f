"""Whose figures, and of what time."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Q

from accounts.models import User
from analytics.database import microseconds
from analytics.ranges import Range, Span
from conversations.models import AssistantRun, Conversation, Message, StatusChange
from conversations.models.messages import MessageQuerySet
from conversations.models.runs import AssistantRunQuerySet
from conversations.models.status_changes import StatusChangeQuerySet
from conversations.models.threads import ConversationQuerySet


@dataclass(frozen=True)
class Scope:
    """The account of `user`; with platforms or assistants, only the threads on those, or assigned to those."""

    user: User
    range: Range
    now: datetime
    platforms: tuple[str, ...] = ()
    assistants: tuple[uuid.UUID, ...] = ()

    @property
    def threads(self) -> ConversationQuerySet:
        return Conversation.objects.visible_to(self.user).filter(self._of_threads(""))

    @property
    def messages(self) -> MessageQuerySet:
        """What customers read and wrote: no private note."""
        return Message.objects.visible_to(self.user).filter(self._of_threads("conversation__"), internal=False)

    @property
    def changes(self) -> StatusChangeQuerySet:
        return StatusChange.objects.visible_to(self.user).filter(self._of_threads("conversation__"))

    @property
    def runs(self) -> AssistantRunQuerySet:
        """Attempts of assistants: with platforms, those in a thread; with assistants, their own."""
        runs = AssistantRun.objects.visible_to(self.user)
        if self.platforms:
            runs = runs.filter(conversation__platform__in=self.platforms)
        return runs.filter(assistant__in=self.assistants) if self.assistants else runs

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
