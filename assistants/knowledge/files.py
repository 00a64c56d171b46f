"""Reading a file that somebody gave, in a process of its own (assistants.knowledge.reading says why)."""

import json
import subprocess
import sys
from pathlib import PurePath
from typing import Any

from django.conf import settings

from assistants.knowledge.reading.limits import SECONDS

SUFFIXES = ("txt", "md", "markdown", "html", "htm", "pdf", "docx", "csv", "json")
UNSTARTED: dict[str, Any] = {"error": {"code": "too_costly"}}


def suffix_of(name: str) -> str:
    """What decides how a file is read; empty where we cannot read it."""
    suffix = PurePath(name).suffix.lower().removeprefix(".")
    return suffix if suffix in SUFFIXES else ""


def read_file(suffix: str, raw: bytes) -> dict[str, Any]:
    """{"content"} or {"items"}, or {"error": {"code", …}} for what cannot be read. Takes at most 20 s."""
    command = [sys.executable, "-m", "assistants.knowledge.reading", suffix]
    try:
        ended = subprocess.run(  # noqa: S603 - our own module; the suffix is one of SUFFIXES
            command, input=raw, capture_output=True, cwd=settings.BASE_DIR, timeout=SECONDS, check=False
        )
        answer: dict[str, Any] = json.loads(ended.stdout)
    except (subprocess.TimeoutExpired, ValueError):  # killed for its time or its memory before it could say so
        return UNSTARTED
    return answer
