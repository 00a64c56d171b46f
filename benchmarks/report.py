"""What was measured, as one table and as JSON."""

import json
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("django", "daphne", "channels", "celery", "psycopg", "redis")


class Figure(NamedTuple):
    name: str
    value: float
    unit: str = ""


@dataclass(frozen=True)
class Measured:
    benchmark: str
    setup: str
    name: str
    value: float
    unit: str


def spread(name: str, seconds: Sequence[float]) -> list[Figure]:
    """The median and the 95th percentile of some times, in ms."""
    p95 = quantiles(seconds, n=20, method="inclusive")[-1]
    return [Figure(f"{name}, p50", median(seconds) * 1000, "ms"), Figure(f"{name}, p95", p95 * 1000, "ms")]


def machine() -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, load {load:.1f}, {platform.system()}, Python {platform.python_version()}, {versions}"
    )


def table(measured: Sequence[Measured]) -> str:
    """A line per figure, a column per set-up."""
    setups = list(dict.fromkeys(each.setup for each in measured))
    rows: dict[tuple[str, str, str], dict[str, str]] = {}
    for each in measured:
        rows.setdefault((each.benchmark, each.name, each.unit), {})[each.setup] = shown(each.value)
    width = max(len(name) for _, name, _ in rows)
    lines = ["".join([" " * (width + 17), *(f"{setup:>22}" for setup in setups)])]
    before = ""
    for (benchmark, name, unit), values in rows.items():
        lines += [""] if before and benchmark != before else []
        title, before = benchmark if benchmark != before else "", benchmark
        cells = [f"{values.get(setup, '–'):>22}" for setup in setups]
        lines.append(f"{title:<9}{name:<{width}}{unit:>8}{''.join(cells)}".rstrip())
    return "\n".join(lines)


def shown(value: float) -> str:
    """Three digits; more would claim what a shared machine cannot keep."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def as_json(measured: Sequence[Measured]) -> str:
    return json.dumps({"machine": machine(), "measured": [asdict(each) for each in measured]}, indent=2)


def save(measured: Sequence[Measured]) -> Path:
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.write_text(as_json(measured) + "\n")
    return path
