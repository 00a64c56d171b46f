"""How many threads came, were resolved, came back, and are open."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from django.db.models import F, Q

from analytics.database import Microseconds, step_of
from analytics.grouping import Figures, Tables, Values, rows_of
from analytics.queries.changes import IS_OPEN, OPEN, flag, turns
from analytics.ranges import Span
from analytics.scope import Scope

# A thread is in the backlog from the step of its birth to the step of its end. One that is open now has not ended, and
# each turn in its life mends that for the steps before: closed, it was open until then; reopened, it was not.
LIVES = """
SELECT {born} AS born, {at} AS at, key, SUM(weight), SUM(new), SUM(resolved), SUM(reopened)
FROM (
    SELECT born, 9000000000000000000 AS at, key, weight, 1 AS new, 0 AS resolved, 0 AS reopened FROM threads
    UNION ALL
    SELECT born, at, platform, weight, 0, resolved, reopened FROM turns
) AS lives
GROUP BY 1, 2, 3
"""


@dataclass
class Ledger:
    """Counts by the number of the step."""

    new: Counter[int] = field(default_factory=Counter)
    resolved: Counter[int] = field(default_factory=Counter)
    reopened: Counter[int] = field(default_factory=Counter)
    opened: Counter[int] = field(default_factory=Counter)
    """By how much the backlog is larger than when the step before ended."""

    def add(self, born: int, at: int, counts: list[int]) -> None:
        weight, new, resolved, reopened = counts
        self.new[born] += new
        self.resolved[at] += resolved
        self.reopened[at] += reopened
        self.opened[max(born, 0)] += weight
        self.opened[max(at, 0)] -= weight

    def figures(self, scope: Scope) -> tuple[Values, Values, list[Values]]:
        """Of the range, of the period before, and of every step."""
        last = len(scope.range.steps)
        backlog = list(accumulate(self.opened[n] for n in range(last + 1)))
        steps = [self.values(scope, span, [n], backlog[n]) for n, span in enumerate(scope.spans)]
        return self.values(scope, scope.range, range(1, last + 1), backlog[last]), steps[0], steps[1:]

    def values(self, scope: Scope, span: Span, steps: Any, backlog: int) -> Values:
        return {
            "conversations_new": sum(self.new[n] for n in steps),
            "conversations_resolved": sum(self.resolved[n] for n in steps),
            "conversations_reopened": sum(self.reopened[n] for n in steps),
            "backlog": backlog if span.start <= scope.now else None,
        }


def threads(scope: Scope) -> Figures:
    """`conversations_new`, `conversations_resolved`, `conversations_reopened`, `backlog`, by platform."""
    whole, parts = Ledger(), dict[str, Ledger]()
    for born, at, key, *counts in _lives(scope):
        for ledger in (whole, parts.setdefault(key, Ledger())):
            ledger.add(born, at, [int(count) for count in counts])
    totals, previous, series = whole.figures(scope)
    breakdown = {key: ledger.figures(scope)[0] for key, ledger in parts.items()}
    return Figures(totals, previous, series, breakdown, empty=Ledger().figures(scope)[0])


def _lives(scope: Scope) -> list[tuple[Any, ...]]:
    (born, edges), (at, _) = step_of("born", scope.edges), step_of("at", scope.edges)
    tables = Tables(
        {
            "threads": scope.threads.values(
                born=Microseconds("created_at"), key=F("platform"), weight=flag(Q(status__in=OPEN))
            ),
            "turns": turns(scope).values(
                "at",
                "born",
                "platform",
                resolved=flag(Q(to_status="resolved")),
                reopened=flag(IS_OPEN),
                weight=flag(~IS_OPEN) - flag(IS_OPEN),
            ),
        }
    )
    return rows_of(tables, LIVES.format(born=born, at=at), [*edges, *edges])
