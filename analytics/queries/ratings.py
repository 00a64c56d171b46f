"""How satisfied customers say they are."""

from django.db.models import F

from analytics.database import Microseconds
from analytics.grouping import Figures, Row, Tables, Values, grouped
from analytics.ranges import Span
from analytics.scope import Scope
from conversations.models import Rating

SCORES = range(1, 6)
SATISFIED = 4
COUNTED = tuple(f"COUNT(*) FILTER (WHERE score = {score})" for score in SCORES)


def ratings(scope: Scope) -> Figures:
    """`csat`, by platform, counted when the customer rated."""
    rated = Rating.objects.filter(
        conversation__in=scope.threads,
        created_at__gte=scope.range.previous.start,
        created_at__lt=scope.range.end,
    )
    table = rated.values("score", at=Microseconds("created_at"), key=F("conversation__platform"))
    return grouped(scope, Tables({"rated": table}), "SELECT * FROM rated", COUNTED, _read)


def _read(row: Row, _span: Span) -> Values:
    by_score = {score: int(count or 0) for score, count in zip(SCORES, row, strict=True)}
    n = sum(by_score.values())
    return {
        "csat": {
            "share": sum(count for score, count in by_score.items() if score >= SATISFIED) / n if n else None,
            "mean": sum(score * count for score, count in by_score.items()) / n if n else None,
            "n": n,
            # Who was asked is not on record.
            "response_rate": None,
            "distribution": {str(score): count for score, count in by_score.items()},
        }
    }
