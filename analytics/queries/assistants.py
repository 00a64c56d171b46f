"""What assistants do, and what they hand over."""

from django.db.models import F

from analytics.database import Microseconds
from analytics.grouping import Figures, Row, Tables, Values, grouped, share
from analytics.queries.replies import Part
from analytics.ranges import Span
from analytics.scope import Scope
from conversations.models import Message, StatusChange

KEYS = {"platform": F("conversation__platform"), "speaker": F("assistant_id")}
ACTIVITY = """
SELECT at, key, conversation_id, 0 AS handed FROM spoken
UNION ALL
SELECT at, key, conversation_id, 1 FROM handed
"""
COUNTED = (
    "COUNT(DISTINCT conversation_id) FILTER (WHERE handed = 0)",
    "COUNT(*) FILTER (WHERE handed = 0)",
    "COUNT(DISTINCT conversation_id) FILTER (WHERE handed = 1)",
    "COUNT(DISTINCT conversation_id)",
)


def assistants(scope: Scope, part: Part) -> Figures:
    """`conversations_answered`, `messages_out_assistant`, `handoff_rate`.

    The rate is of threads: those handed over among those in which an assistant wrote, or that it handed over.
    """
    spoken = scope.messages.filter(
        sender=Message.Sender.ASSISTANT,
        occurred_at__gte=scope.range.previous.start,
        occurred_at__lt=scope.range.end,
    )
    handed = scope.changes.filter(kind=StatusChange.Kind.HANDED_OFF, assistant__isnull=False)
    tables = Tables(
        {
            "spoken": spoken.values("conversation_id", at=Microseconds("occurred_at"), key=KEYS[part]),
            "handed": handed.values("conversation_id", at=Microseconds("changed_at"), key=KEYS[part]),
        }
    )

    def read(row: Row, _span: Span) -> Values:
        answered, written, handed_over, active = (int(count or 0) for count in row)
        return {
            "conversations_answered": answered,
            "messages_out_assistant": written,
            "handoff_rate": share(handed_over, active),
        }

    return grouped(scope, tables, ACTIVITY, COUNTED, read)
