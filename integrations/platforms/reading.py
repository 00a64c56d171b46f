"""Reading JSON that others wrote: what is absent or of another type reads as empty, what must be there raises."""

from datetime import UTC, datetime
from typing import Any

from integrations.platforms.base import UNDATED

MAX_ID = 255
FIRST_MILLISECOND = 10**11
"""Meta mixes seconds and milliseconds; below this it is seconds (until the year 5138)."""
EARLIEST, LATEST = datetime(2010, 1, 1, tzinfo=UTC).timestamp(), datetime(2100, 1, 1, tzinfo=UTC).timestamp()


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def present(source: dict[str, Any]) -> dict[str, Any]:
    """Without the keys that are null: some senders write out what is not there."""
    return {key: value for key, value in source.items() if value is not None}


def mappings(value: Any) -> list[dict[str, Any]]:
    return [item for item in listed(value) if isinstance(item, dict)]


def string(value: Any) -> str:
    """Text as it is, an integer as its digits (old Messenger bodies and Telegram carry ids as numbers), else ""."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return str(value)
    return value if isinstance(value, str) else ""


def short(value: Any, limit: int = MAX_ID) -> str:
    return string(value).strip()[:limit]


def required(source: dict[str, Any], key: str) -> str:
    """An id. Raises ValueError when it is absent, or longer than any platform's."""
    value = string(source.get(key))
    if not value or len(value) > MAX_ID:
        raise ValueError(f"{key!r} is {'too long' if value else 'missing'}")
    return value


def required_mapping(source: dict[str, Any], key: str) -> dict[str, Any]:
    value = source.get(key)
    if not isinstance(value, dict):
        raise ValueError(f"{key!r} is no object")  # noqa: TRY004 - ValueError is what the contract of `parse` promises
    return value


def moment(value: Any) -> datetime:
    """A UNIX time in seconds or milliseconds. UNDATED for none, or one outside 2010-2100."""
    digits = string(value)
    seconds: float = int(digits[:20]) if digits.isascii() and digits.isdecimal() else 0
    if seconds >= FIRST_MILLISECOND:
        seconds /= 1000
    return datetime.fromtimestamp(seconds, UTC) if EARLIEST <= seconds < LATEST else UNDATED


def without_empty(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if value not in (None, "", [], {})}
