"""How long it takes to resolve a thread, and how often the assistant does it alone.

What counts is the time from the thread's opening or last reopening to its resolution.
"""

from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import Coalesce, Lag, Lead

from analytics.database import MICROSECOND, Microseconds
from analytics.grouping import Figures, Row, Tables, Values, distributions, grouped, share
from analytics.queries.changes import turns
from analytics.queries.replies import Part
from analytics.ranges import Span
from analytics.scope import Scope
from conversations.models import Conversation, Message

RETURNS_WITHIN = timedelta(hours=72) // MICROSECOND
# Turns and what was said between them in one order; an episode ends with its turn. A row per resolution and assistant
# that spoke in its episode, `alone` if no person did and the customer did not come back.
WITH_ASSISTANT = f"""
SELECT DISTINCT turn, at, CAST({{key}} AS TEXT) AS key, alone
FROM (
    SELECT sender, platform, assistant_id,
        MAX(turn) OVER episode AS turn,
        MAX(resolved_at) OVER episode AS at,
        MIN(CASE WHEN sender = 'agent' OR undone = 1 THEN 0 ELSE 1 END) OVER episode AS alone
    FROM (
        SELECT *, COALESCE(SUM(turns) OVER (
            PARTITION BY conversation_id ORDER BY stored_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS episode
        FROM (
            SELECT conversation_id, stored_at, platform, sender, assistant_id,
                0 AS turns, NULL AS turn, NULL AS resolved_at, 0 AS undone
            FROM spoken
            UNION ALL
            SELECT conversation_id, at, platform, NULL, NULL,
                1, id,
                CASE WHEN outcome = 'resolved' THEN at END,
                CASE WHEN back_by = 'user' AND back_at - at < {RETURNS_WITHIN} THEN 1 ELSE 0 END
            FROM turns
        ) AS told
    ) AS numbered
    WINDOW episode AS (PARTITION BY conversation_id, episode)
) AS judged
WHERE sender = 'assistant' AND at IS NOT NULL
"""  # noqa: S608 - a constant
KEYS = {"platform": "platform", "speaker": "assistant_id"}


def resolution_times(scope: Scope) -> Figures:
    """`resolution_time`, by platform."""
    samples = "SELECT at, platform AS key, at - opened_at AS value FROM turns WHERE outcome = 'resolved'"
    return distributions(scope, Tables({"turns": _turns(scope)}), samples, {"resolution_time": "TRUE"})


def ai_resolutions(scope: Scope, part: Part) -> Figures:
    """`ai_resolution_rate`: of the threads resolved after an assistant spoke, those in which no person did.

    A customer who comes back within 72 hours undoes it.
    """
    resolved = turns(scope).filter(to_status=Conversation.Status.RESOLVED)
    spoken = scope.messages.exclude(sender=Message.Sender.USER).filter(
        conversation_id__in=resolved.values("conversation_id")
    )
    table = spoken.values(
        "conversation_id",
        "sender",
        "assistant_id",
        platform=F("conversation__platform"),
        stored_at=Microseconds("created_at"),
    )

    def read(row: Row, _span: Span) -> Values:
        alone, judged = (int(count or 0) for count in row)
        return {"ai_resolution_rate": share(alone, judged)}

    columns = ["COUNT(DISTINCT turn) FILTER (WHERE alone = 1)", "COUNT(DISTINCT turn)"]
    tables = Tables({"turns": _turns(scope), "spoken": table})
    return grouped(scope, tables, WITH_ASSISTANT.format(key=KEYS[part]), columns, read)


def _turns(scope: Scope) -> QuerySet[Any, Any]:
    def in_thread(function: Lag | Lead) -> Window:
        return Window(function, partition_by=F("conversation_id"), order_by="id")

    return turns(scope).values(
        "id",
        "conversation_id",
        "at",
        "platform",
        outcome=F("to_status"),
        opened_at=Coalesce(in_thread(Lag("at")), "born"),
        back_at=in_thread(Lead("at")),
        back_by=in_thread(Lead("actor_type")),
    )
