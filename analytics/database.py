"""What PostgreSQL and SQLite say differently. SQLite gets the functions it lacks at every new connection.

In reports a time is a whole number of microseconds since 1970: both databases add, compare and order those alike.
"""

import sqlite3
from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

from analytics.percentiles import ContinuousPercentile

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Microseconds(models.Func):
    """A timestamp as an integer."""

    function = "flame_microseconds"
    output_field = models.BigIntegerField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        template = "(EXTRACT(EPOCH FROM %(expressions)s) * 1000000)::bigint"
        return super().as_sql(compiler, connection, template=template, **context)


def microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def step_of(column: str, edges: Sequence[int]) -> tuple[str, list[Any]]:
    """SQL and parameters: the place, from 0, of the last of the ascending edges not after the column; -1 before all."""
    if connection.vendor == "postgresql":
        return f"(WIDTH_BUCKET({column}, %s::bigint[]) - 1)", [list(edges)]
    return f"flame_step({column}, %s)", [",".join(map(str, edges))]


def percentile_of(column: str, fraction: float) -> str:
    """SQL for a continuous percentile: between two values, linearly."""
    if connection.vendor == "postgresql":
        return f"PERCENTILE_CONT({fraction}) WITHIN GROUP (ORDER BY {column})"
    return f"flame_percentile({column}, {fraction})"


def add_functions(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    if connection.vendor == "sqlite":
        database: sqlite3.Connection = connection.connection
        database.create_function("flame_microseconds", 1, _microseconds_of_text, deterministic=True)
        database.create_function("flame_step", 2, _step, deterministic=True)
        database.create_aggregate("flame_percentile", 2, ContinuousPercentile)  # type: ignore[arg-type]  # typeshed: int only


def _microseconds_of_text(stored: str | None) -> int | None:
    return None if stored is None else microseconds(datetime.fromisoformat(stored).replace(tzinfo=UTC))


def _step(at: int | None, edges: str) -> int | None:
    return None if at is None else bisect_right(_numbers(edges), at) - 1


@lru_cache(maxsize=64)
def _numbers(edges: str) -> tuple[int, ...]:
    return tuple(map(int, edges.split(",")))
