from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db import connections, models
from django.db.models.expressions import RawSQL

from accounts.models import User

if TYPE_CHECKING:
    from conversations.models import (  # noqa: F401 - named in the generics below
        AssistantRun,
        Backtest,
        CannedResponse,
        Conversation,
        Message,
        Rating,
        ReplyDraft,
        SearchTerm,
        StatusChange,
    )


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, user: User) -> "ConversationQuerySet":
        return self.filter(user_id=user.account_id)

    def untaken(self, now: datetime) -> "ConversationQuerySet":
        """Threads that were handed over, and that nobody has taken in the time there was for it."""
        waiting = self.filter(ai_state="human", assigned_agent=None, status__in=["active", "pending"])
        return waiting.filter(handoff_notice_at__lte=now)

    def with_tag(self, tag: str) -> "ConversationQuerySet":
        """Threads that carry the tag: by the GIN index on PostgreSQL, by json_each on SQLite."""
        if connections[self.db].vendor == "postgresql":
            return self.filter(tags__contains=[tag])
        carried = "EXISTS (SELECT 1 FROM json_each(conversations.tags) WHERE json_each.value = %s)"
        return self.filter(RawSQL(carried, [tag], output_field=models.BooleanField()))  # noqa: S611 - the tag is a parameter

    def with_any_tag(self, tags: list[str]) -> "ConversationQuerySet":
        return reduce(or_, (self.with_tag(tag) for tag in tags), self.none())


class SearchTermQuerySet(models.QuerySet["SearchTerm"]):
    def starting_with(self, prefix: str) -> "SearchTermQuerySet":
        """By the index on both databases: PostgreSQL's serves LIKE 'x%', SQLite's only a range."""
        if connections[self.db].vendor == "postgresql":
            return self.filter(term__startswith=prefix)
        return self.filter(term__gte=prefix, term__lt=prefix + chr(0x10FFFF))


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> "MessageQuerySet":
        return self.filter(conversation__user_id=user.account_id)

    def outbound(self) -> "MessageQuerySet":
        """What goes to the customer: no inbound message, no private note."""
        return self.filter(internal=False).exclude(sender="user")

    def unconfirmed(self, content: str, type: str) -> "MessageQuerySet":  # noqa: A002 - the column's name
        """What may have reached the platform and has no id of it yet. A file's text is ours and not the platform's."""
        nameless = self.outbound().filter(status="sending", external_id=None, type=type).exclude(wire_at=None)
        return nameless.filter(content=content) if type == "text" else nameless

    def undelivered(self) -> "MessageQuerySet":
        return self.outbound().filter(status__in=["queued", "sending"])


class CannedResponseQuerySet(models.QuerySet["CannedResponse"]):
    def visible_to(self, user: User) -> "CannedResponseQuerySet":
        return self.filter(user_id=user.account_id)


class RatingQuerySet(models.QuerySet["Rating"]):
    def visible_to(self, user: User) -> "RatingQuerySet":
        return self.filter(conversation__user_id=user.account_id)


class StatusChangeQuerySet(models.QuerySet["StatusChange"]):
    def visible_to(self, user: User) -> "StatusChangeQuerySet":
        return self.filter(conversation__user_id=user.account_id)


class BacktestQuerySet(models.QuerySet["Backtest"]):
    def visible_to(self, user: User) -> "BacktestQuerySet":
        return self.filter(user_id=user.account_id)


class AssistantRunQuerySet(models.QuerySet["AssistantRun"]):
    def visible_to(self, user: User) -> "AssistantRunQuerySet":
        return self.filter(user_id=user.account_id)

    def unfinished(self) -> "AssistantRunQuerySet":
        return self.filter(outcome="running")


class ReplyDraftQuerySet(models.QuerySet["ReplyDraft"]):
    def visible_to(self, user: User) -> "ReplyDraftQuerySet":
        return self.filter(conversation__user_id=user.account_id)

    def pending(self) -> "ReplyDraftQuerySet":
        return self.filter(status="pending")
