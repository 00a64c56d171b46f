"""Where log lines go: to the console, and to `error.log` and `combined.log` if a directory is named."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

LOGGERS = {
    **{name: {"level": "WARNING"} for name in ("celery", "daphne", "httpx2")},
    # It writes addresses down, and Telegram's hold the bot's token.
    "urllib3": {"level": "ERROR"},
    # Whoever scans the internet sends any Host. Refusing it with a 400 is no error of ours, and needs no traceback.
    "django.security.DisallowedHost": {"level": "CRITICAL"},
}


def logging_settings(level: str, console: str, directory: str, secrets: Sequence[str]) -> dict[str, Any]:
    """Django's LOGGING. `console` is a formatter; a file holds one JSON object a line. No line holds a secret."""
    handlers: dict[str, dict[str, Any]] = {"console": {"class": "logging.StreamHandler", "formatter": console}}
    if directory:
        for name, lowest in (("combined", level), ("error", "ERROR")):
            handlers[name] = {
                "class": "flame.lib.log_files.SharedLogFile",
                "filename": str(Path(directory) / f"{name}.log"),
                "level": lowest,
                "formatter": "json",
            }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "flame.lib.log_lines.JSONLines", "secrets": secrets},
            "plain": {"()": "flame.lib.log_lines.PlainLines", "secrets": secrets},
        },
        "filters": {"subject": {"()": "flame.lib.log_context.SubjectFilter"}},
        "handlers": {name: {**handler, "filters": ["subject"]} for name, handler in handlers.items()},
        "root": {"handlers": list(handlers), "level": level},
        "loggers": LOGGERS,
    }
