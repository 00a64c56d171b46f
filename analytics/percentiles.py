"""Median, 90th percentile and mean of durations, to the last digit the same on both databases."""

import math
from collections.abc import Sequence
from typing import Any

SECOND = 1_000_000


class ContinuousPercentile:
    """PostgreSQL's PERCENTILE_CONT as an aggregate for SQLite, in the order of its floating-point operations.

    Source: percentile_cont_final_common and float8_lerp in src/backend/utils/adt/orderedsetaggs.c.
    """

    def __init__(self) -> None:
        self.values: list[float] = []
        self.fraction = 0.0

    def step(self, value: float | None, fraction: float) -> None:
        self.fraction = fraction
        if value is not None:
            self.values.append(float(value))

    def finalize(self) -> float | None:
        if not self.values:
            return None
        values = sorted(self.values)
        place = self.fraction * (len(values) - 1)
        low, high = values[math.floor(place)], values[math.ceil(place)]
        return low + (place - math.floor(place)) * (high - low)


def distribution(row: Sequence[Any]) -> dict[str, Any]:
    """`{median, p90, mean, n}` in seconds, of (count, sum, median, p90) in microseconds."""
    count, total, median, p90 = row
    if not count:
        return {"median": None, "p90": None, "mean": None, "n": 0}
    mean = int(total) / int(count)
    return {"median": _seconds(median), "p90": _seconds(p90), "mean": _seconds(mean), "n": int(count)}


def _seconds(microseconds: float) -> float:
    return round(microseconds) / SECOND
