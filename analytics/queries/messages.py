"""How much was written, and by whom."""

from django.db.models import F, Q

from analytics.database import Microseconds
from analytics.grouping import Figures, Row, Tables, Values, grouped
from analytics.queries.changes import flag
from analytics.ranges import Span
from analytics.scope import Scope

COUNTED = (
    "COUNT(*) FILTER (WHERE sender = 'user')",
    "COUNT(*) FILTER (WHERE sender = 'assistant')",
    "COUNT(*) FILTER (WHERE sender = 'agent')",
    "SUM(failed)",
)


def messages(scope: Scope) -> Figures:
    """`messages_in`, `messages_out` and by whom, `messages_failed` (of those out), by platform."""
    written = scope.messages.filter(occurred_at__gte=scope.range.previous.start, occurred_at__lt=scope.range.end)
    table = written.values(
        "sender", at=Microseconds("occurred_at"), key=F("conversation__platform"), failed=flag(Q(status="failed"))
    )
    return grouped(scope, Tables({"written": table}), "SELECT * FROM written", COUNTED, _read)


def _read(row: Row, _span: Span) -> Values:
    received, assistants, agents, failed = (int(count or 0) for count in row)
    return {
        "messages_in": received,
        "messages_out": assistants + agents,
        "messages_out_assistant": assistants,
        "messages_out_agent": agents,
        "messages_failed": failed,
    }
