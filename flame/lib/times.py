"""Times on the wire, and their zones."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import available_timezones


def utc(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and `Z`, as REST and the socket show every time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def utc_or_none(moment: datetime | None) -> str | None:
    return utc(moment) if moment else None


@cache
def zone_choices() -> list[tuple[str, str]]:
    """Every IANA time zone, for a form."""
    return [(name, name) for name in sorted(available_timezones())]
