"""What happened to threads, from the events that tell it: complete since `Scope.known_since`."""

from typing import Any

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from accounts.models import Event
from analytics.database import Microseconds, json_text
from analytics.scope import Scope
from conversations.models import Conversation

OPEN = [Conversation.Status.ACTIVE, Conversation.Status.PENDING]
WAS_OPEN = Q(before__in=OPEN)
IS_OPEN = Q(after__in=OPEN)


def happened(scope: Scope, kind: str) -> QuerySet[Event]:
    """Events of the scope's threads, such as still exist."""
    told = Event.objects.filter(
        account_id=scope.user.account_id, type=kind, conversation_id__in=scope.threads.values("pk")
    )
    return told if scope.known_since is None else told.filter(created_at__gte=scope.known_since)


def turns(scope: Scope) -> QuerySet[Any]:
    """Events between open (active, pending) and closed (resolved, archived), which alternate in a thread.

    With `before` and `after`, when it was (`at`), the thread's `platform` and when the thread was `born`.
    """
    thread = Conversation.objects.filter(pk=OuterRef("conversation_id"))
    changes = happened(scope, "conversation.status_changed").annotate(
        before=json_text("data__previous"),
        after=json_text("data__conversation__status"),
        at=Microseconds("created_at"),
        platform=json_text("data__conversation__platform"),
        born=Microseconds(Subquery(thread.values("created_at"))),
    )
    return changes.filter((WAS_OPEN & ~IS_OPEN) | (~WAS_OPEN & IS_OPEN))


def flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
