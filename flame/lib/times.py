"""Times on the wire."""

from datetime import UTC, datetime


def utc(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and `Z`, as REST and the socket show every time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def utc_or_none(moment: datetime | None) -> str | None:
    return utc(moment) if moment else None
