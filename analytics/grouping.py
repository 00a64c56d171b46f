"""One query per metric: for the range, for the period before, for every step and for every part of a breakdown."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet

from analytics.database import percentile_of, step_of
from analytics.percentiles import distribution
from analytics.ranges import Span
from analytics.scope import Scope

Values = dict[str, Any]
"""Metrics by name; None is what cannot be known."""
Row = Sequence[Any]
WIDTH = 4
"""Columns of a distribution."""


@dataclass(frozen=True)
class Figures:
    """`empty` is what a part of the breakdown has that never occurs."""

    totals: Values
    previous: Values
    series: list[Values]
    breakdown: dict[str, Values]
    empty: Values


@dataclass(frozen=True)
class Tables:
    """Querysets under names, for the SQL that follows. Their columns go by the names of `values()`."""

    querysets: Mapping[str, QuerySet[Any, Any]]

    def prefix(self) -> tuple[str, list[Any]]:
        clauses, parameters = [], []
        for name, queryset in self.querysets.items():
            sql, given = queryset.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
            clauses.append(f"{name} AS ({sql})")
            parameters += given
        return f"WITH {', '.join(clauses)}", parameters


def rows_of(tables: Tables, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    prefix, before = tables.prefix()
    with connection.cursor() as cursor:
        cursor.execute(f"{prefix} {sql}", [*before, *parameters])
        return list(cursor.fetchall())


def grouped(
    scope: Scope, tables: Tables, samples: str, columns: Sequence[str], read: Callable[[Row, Span], Values]
) -> Figures:
    """Aggregate the samples, a SELECT of `at` (microseconds), `key` (of the breakdown) and what the columns aggregate.

    `read` makes metrics of one aggregated row; for a step without samples, of Nones.
    """
    step, edges = step_of("at", scope.edges)
    inside = f"step BETWEEN 1 AND {len(scope.range.steps)}"
    aggregates = ", ".join(columns)
    selected = rows_of(
        tables,
        f", samples AS ({samples}), stepped AS (SELECT {step} AS step, samples.* FROM samples)"  # noqa: S608 - SQL of this app; values are parameters
        f" SELECT 'previous', 0, '', {aggregates} FROM stepped WHERE step = 0"
        f" UNION ALL SELECT 'totals', 0, '', {aggregates} FROM stepped WHERE {inside}"
        f" UNION ALL SELECT 'series', step, '', {aggregates} FROM stepped WHERE {inside} GROUP BY step"
        f" UNION ALL SELECT 'breakdown', 0, COALESCE(CAST(key AS TEXT), ''), {aggregates}"
        f" FROM stepped WHERE {inside} GROUP BY key",
        edges,
    )
    found = {(part, step, key): row for part, step, key, *row in selected}
    nothing: Row = [None] * len(columns)
    whole = scope.range
    return Figures(
        totals=read(found["totals", 0, ""], whole),
        previous=read(found["previous", 0, ""], whole.previous),
        series=[read(found.get(("series", n, ""), nothing), span) for n, span in enumerate(whole.steps, 1)],
        breakdown={name(key): read(row, whole) for (part, _, key), row in found.items() if part == "breakdown"},
        empty=read(nothing, whole),
    )


def name(key: str) -> str:
    """SQLite keeps a UUID without its dashes; everybody else sees them."""
    try:
        return str(uuid.UUID(key))
    except ValueError:
        return key


def share(part: int, whole: int) -> Values:
    return {"share": part / whole if whole else None, "n": whole}


def distributions(scope: Scope, tables: Tables, samples: str, metrics: Mapping[str, str]) -> Figures:
    """Median, p90, mean and n of `value` (microseconds), per metric of the samples that meet its condition."""
    columns = [column for condition in metrics.values() for column in distribution_columns(condition)]

    def read(row: Row, _span: Span) -> Values:
        of_each = (row[start : start + WIDTH] for start in range(0, len(row), WIDTH))
        return dict(zip(metrics, map(distribution, of_each), strict=True))

    return grouped(scope, tables, samples, columns, read)


def distribution_columns(condition: str) -> list[str]:
    """Of `value`, as analytics.percentiles.distribution reads them."""
    where = f"FILTER (WHERE {condition})"
    return [
        f"COUNT(*) {where}",
        f"SUM(value) {where}",
        f"{percentile_of('value', 0.5)} {where}",
        f"{percentile_of('value', 0.9)} {where}",
    ]
