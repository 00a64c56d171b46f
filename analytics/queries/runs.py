"""What assistants' attempts cost, previews among them."""

from django.db.models import F, Q

from analytics.database import Microseconds
from analytics.grouping import WIDTH, Figures, Row, Tables, Values, distribution_columns, grouped
from analytics.percentiles import distribution
from analytics.queries.changes import flag
from analytics.ranges import Span
from analytics.scope import Scope
from conversations.models import AssistantRun

FAILED = ~Q(fallback=[]) | Q(outcome=AssistantRun.Outcome.FAILED)
MILLISECOND = 1_000
COUNTED = ("SUM(cost)", "SUM(tokens)", "SUM(failed)")
ASKED = "asked = 1"


def runs(scope: Scope) -> Figures:
    """`ai_cost`, `ai_tokens`, `ai_latency` (where a model wrote), `ai_failures`, by assistant."""
    begun = scope.runs.filter(created_at__gte=scope.range.previous.start, created_at__lt=scope.range.end)
    table = begun.values(
        "cost",
        at=Microseconds("created_at"),
        key=F("assistant_id"),
        tokens=F("tokens_in") + F("tokens_out"),
        failed=flag(FAILED),
        value=F("total_ms") * MILLISECOND,
        asked=flag(~Q(model="") & Q(total_ms__isnull=False)),
    )
    columns = [*COUNTED, *distribution_columns(ASKED)]
    return grouped(scope, Tables({"begun": table}), "SELECT * FROM begun", columns, _read)


def _read(row: Row, _span: Span) -> Values:
    cost, tokens, failures = row[: len(COUNTED)]
    return {
        "ai_cost": round(float(cost or 0), 6),
        "ai_tokens": int(tokens or 0),
        "ai_failures": int(failures or 0),
        "ai_latency": distribution(row[len(COUNTED) : len(COUNTED) + WIDTH]),
    }
