"""What became of threads."""

from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from analytics.database import Microseconds
from analytics.scope import Scope
from conversations.models import Conversation, StatusChange

OPEN = [Conversation.Status.ACTIVE, Conversation.Status.PENDING]
WAS_OPEN = Q(from_status__in=OPEN)
IS_OPEN = Q(to_status__in=OPEN)


def turns(scope: Scope) -> QuerySet[Any]:
    """Changes between open (active, pending) and closed (resolved, archived), which alternate in a thread.

    With when it was (`at`), the thread's `platform` and when the thread was `born`.
    """
    changes = scope.changes.filter(kind=StatusChange.Kind.STATUS).annotate(
        at=Microseconds("changed_at"),
        platform=F("conversation__platform"),
        born=Microseconds("conversation__created_at"),
    )
    return changes.filter((WAS_OPEN & ~IS_OPEN) | (~WAS_OPEN & IS_OPEN))


def flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
