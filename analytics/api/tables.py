"""A report as one table: totals, the period before, each step, each part."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer

from analytics.metrics import METRICS
from flame.lib.csv_export import cell

PLACE = ("section", "start", "end", "key", "label")


class CSVRenderer(BaseRenderer):
    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        columns = [name for name in data["totals"] if name in METRICS]
        file = io.StringIO()
        writer = csv.writer(file)
        writer.writerow([*PLACE, *(title for name in columns for title in _titles(name))])
        for place, metrics in _rows(data):
            numbers = (number for name in columns for number in _cells(name, metrics[name]))
            writer.writerow([*map(cell, place), *numbers])
        return file.getvalue().encode()


def _rows(data: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    for section, span, metrics in (
        ("totals", data["range"], data["totals"]),
        ("previous", data["previous"], data["previous"]["totals"]),
    ):
        yield (section, span["from"], span["to"], "", ""), metrics
    for step in data["series"]:
        yield ("series", step["start"], step["end"], "", ""), step
    for part in data["breakdown"]:
        yield ("breakdown", data["range"]["from"], data["range"]["to"], part["key"], part["label"]), part


def _titles(name: str) -> list[str]:
    return [f"{name}_{part}".replace(".", "_") for part in METRICS[name].parts] or [name]


def _cells(name: str, value: Any) -> list[Any]:
    """What is not known is an empty cell."""
    parts = METRICS[name].parts
    return [_inside(value, part) for part in parts] if parts else [value]


def _inside(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = None if value is None else value[key]
    return value
