"""How long customers wait. A reply counts once its platform has taken it; one that waits or failed is none yet."""

from typing import Any, Literal

from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Coalesce

from analytics.database import Microseconds
from analytics.grouping import Figures, Tables, distributions
from analytics.queries.changes import IS_OPEN, flag, turns
from analytics.scope import Scope
from conversations.models import Message

Part = Literal["platform", "speaker"]
FROM_CUSTOMER = Q(sender=Message.Sender.USER)
REPLY = ~FROM_CUSTOMER & Q(status__in=[Message.Status.SENT, Message.Status.DELIVERED, Message.Status.READ])
REPLIED_AT = Coalesce("sent_at", "occurred_at")
PARTS = {"platform": F("conversation__platform"), "speaker": Coalesce("assistant_id", "agent_id")}
# The customer's clock is the platform's and ours is ours; where they disagree, nobody waited less than nothing.
WAITED = "CASE WHEN at > asked_at THEN at - asked_at ELSE 0 END AS value"

# A reply answers all that was asked since the one before it.
REPLIES = f"""
SELECT at, key, sender, {WAITED}
FROM (
    SELECT *, MIN(CASE WHEN sender = 'user' THEN at END) OVER (PARTITION BY conversation_id, run) AS asked_at
    FROM (
        SELECT *, COALESCE(SUM(is_reply) OVER (
            PARTITION BY conversation_id ORDER BY sequence ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS run
        FROM spoken
    ) AS running
) AS answering
WHERE is_reply = 1 AND asked_at IS NOT NULL
"""  # noqa: S608 - a constant

# `stored_at` puts messages and closings in one order: a closing holds the thread's row, so each message is clearly
# before or after it. Each closing ends a clock; the next starts with the customer's next message.
FIRST_RESPONSES = f"""
SELECT at, key, sender, place, place_of_sender, {WAITED}
FROM (
    SELECT *,
        ROW_NUMBER() OVER (PARTITION BY conversation_id, clock ORDER BY at, sequence) AS place,
        ROW_NUMBER() OVER (PARTITION BY conversation_id, clock, sender ORDER BY at, sequence) AS place_of_sender
    FROM (
        SELECT *,
            MIN(CASE WHEN sender = 'user' THEN sequence END) OVER (PARTITION BY conversation_id, clock) AS asked,
            MIN(CASE WHEN sender = 'user' THEN at END) OVER (PARTITION BY conversation_id, clock) AS asked_at
        FROM (
            SELECT *, SUM(closes) OVER (PARTITION BY conversation_id ORDER BY stored_at, sequence) AS clock
            FROM (
                SELECT conversation_id, sequence, stored_at, at, key, sender, is_reply, 0 AS closes FROM spoken
                UNION ALL
                SELECT conversation_id, 0, stored_at, 0, NULL, '', 0, 1 FROM closings
            ) AS told
        ) AS clocked
    ) AS asking
    WHERE is_reply = 1 AND sequence > asked
) AS answering
WHERE place = 1 OR place_of_sender = 1
"""  # noqa: S608 - constants of this module


def reply_times(scope: Scope, part: Part) -> Figures:
    """`reply_time`: from the earliest unanswered message to the next reply; also of assistants and of people alone."""
    metrics = {
        "reply_time": "TRUE",
        "ai_reply_time": "sender = 'assistant'",
        "human_reply_time": "sender = 'agent'",
    }
    tables = Tables({"spoken": _spoken(scope, part)})
    return distributions(scope, tables, REPLIES, metrics)


def first_responses(scope: Scope, part: Part) -> Figures:
    """`first_response`: from the first message of a clock to the first reply, and to each kind's first.

    A clock starts with the thread, and anew each time the customer comes back to one that was closed.
    """
    metrics = {
        "first_response": "place = 1",
        "first_ai_response": "place_of_sender = 1 AND sender = 'assistant'",
        "first_human_response": "place_of_sender = 1 AND sender = 'agent'",
    }
    closings = turns(scope).filter(~IS_OPEN).values("conversation_id", stored_at=F("at"))
    tables = Tables({"spoken": _spoken(scope, part), "closings": closings})
    return distributions(scope, tables, FIRST_RESPONSES, metrics)


def _spoken(scope: Scope, part: Part) -> QuerySet[Message, Any]:
    """All that was said in the threads in which a reply was sent in the range, or in the period before."""
    replies = scope.messages.filter(REPLY).alias(replied_at=REPLIED_AT)
    replied = replies.filter(replied_at__gte=scope.range.previous.start, replied_at__lt=scope.range.end)
    return scope.messages.filter(conversation_id__in=replied.values("conversation_id")).values(
        "conversation_id",
        "sequence",
        "sender",
        stored_at=Microseconds("created_at"),
        at=Microseconds(Case(When(FROM_CUSTOMER, then="occurred_at"), default=REPLIED_AT)),
        key=PARTS[part],
        is_reply=flag(REPLY),
    )
