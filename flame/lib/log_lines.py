"""How a log line looks, without secrets.

The formatters redact, not a filter: a filter would change the record under every other handler, and could not reach the
traceback, which only a formatter writes.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from flame.lib.redaction import redact
from flame.lib.times import utc

NAMES = {"asctime": "time", "levelname": "level", "name": "logger"}
FIELDS = ("time", "level", "logger", "message", "request_id", "user", "conversation")
WHEN_PRESENT = ("exc_info", "stack_info")


class JSONLines(JsonFormatter):
    """One object a line: FIELDS, null where unknown, and the traceback as `exc_info`.

    What else a library ties to a record is left out: Django ties the whole request, Celery a task's arguments.
    """

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        originals = {shown: original for original, shown in NAMES.items()}
        super().__init__(
            [originals.get(field, field) for field in FIELDS], rename_fields=NAMES, json_ensure_ascii=False
        )
        self.secrets = secrets

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        return utc(datetime.fromtimestamp(record.created, UTC))

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        kept = {field: log_data.get(field) or None for field in FIELDS}
        kept |= {field: log_data[field] for field in WHEN_PRESENT if field in log_data}
        return {field: redact(str(value), self.secrets) if value else None for field, value in kept.items()}


class PlainLines(logging.Formatter):
    """For a person at a terminal."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S")
        self.secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record), self.secrets)
