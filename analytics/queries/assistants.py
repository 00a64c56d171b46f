"""What assistants do, and what they hand over."""

from django.db.models import F

from analytics.database import Microseconds, json_text
from analytics.grouping import Figures, Row, Tables, Values, grouped, share
from analytics.queries.history import happened
from analytics.queries.replies import Part
from analytics.ranges import Span
from analytics.scope import Scope
from conversations.models import Message

ASSIGNED = "data__conversation__assigned_assistant_id"
KEYS = {
    "platform": ("conversation__platform", "data__conversation__platform"),
    "speaker": ("assistant_id", ASSIGNED),
}
# JSON holds an id with dashes, a UUID column of SQLite without.
ACTIVITY = """
SELECT at, REPLACE(CAST(key AS TEXT), '-', '') AS key, conversation_id, 0 AS handed FROM spoken
UNION ALL
SELECT at, REPLACE(key, '-', ''), conversation_id, 1 FROM handed
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
    of_message, of_event = KEYS[part]
    spoken = scope.messages.filter(
        sender=Message.Sender.ASSISTANT,
        occurred_at__gte=scope.range.previous.start,
        occurred_at__lt=scope.range.end,
    )
    handed = (
        happened(scope, "conversation.handed_off").alias(assistant=json_text(ASSIGNED)).filter(assistant__isnull=False)
    )
    tables = Tables(
        {
            "spoken": spoken.values("conversation_id", at=Microseconds("occurred_at"), key=F(of_message)),
            "handed": handed.values("conversation_id", at=Microseconds("created_at"), key=json_text(of_event)),
        }
    )

    def read(row: Row, span: Span) -> Values:
        answered, written, handed_over, active = (int(count or 0) for count in row)
        return {
            "conversations_answered": answered,
            "messages_out_assistant": written,
            "handoff_rate": share(handed_over, active) if scope.knows(span.start) else None,
        }

    return grouped(scope, tables, ACTIVITY, COUNTED, read)
