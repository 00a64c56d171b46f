"""Where log lines go: to the console, and to `error.log` and `combined.log` if a directory is named."""

from pathlib import Path
from typing import Any

FORMATTERS = {
    "json": {
        "()": "pythonjsonlogger.json.JsonFormatter",
        "format": "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s",
    },
    "plain": {"format": "%(asctime)s %(levelname)-7s %(name)s: %(message)s", "datefmt": "%H:%M:%S"},
}
LOGGERS = {
    **{name: {"level": "WARNING"} for name in ("celery", "daphne", "httpx2")},
    # It writes addresses down, and Telegram's hold the bot's token.
    "urllib3": {"level": "ERROR"},
}


def logging_settings(level: str, console: str, directory: str) -> dict[str, Any]:
    """Django's LOGGING. `console` is a formatter; a file holds one JSON object a line."""
    handlers: dict[str, dict[str, Any]] = {"console": {"class": "logging.StreamHandler", "formatter": console}}
    if directory:
        Path(directory).mkdir(parents=True, exist_ok=True)
        for name, lowest in (("combined", level), ("error", "ERROR")):
            handlers[name] = {
                # Several processes append to one file, and logrotate may take it away under them.
                "class": "logging.handlers.WatchedFileHandler",
                "filename": str(Path(directory) / f"{name}.log"),
                "level": lowest,
                "formatter": "json",
            }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": FORMATTERS,
        "filters": {"request_id": {"()": "flame.lib.request_id.RequestIdFilter"}},
        "handlers": {name: {**handler, "filters": ["request_id"]} for name, handler in handlers.items()},
        "root": {"handlers": list(handlers), "level": level},
        "loggers": LOGGERS,
    }
