"""Times on the wire, and their zones."""

from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

YEARS = range(1970, 2200)
"""Far from both ends of the calendar: another zone's clock, or a day more, never falls off it."""


def utc(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and `Z`, as REST and the socket show every time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def utc_or_none(moment: datetime | None) -> str | None:
    return utc(moment) if moment else None


def believable(moment: date) -> None:
    """A validator of what people give. Raises ValidationError."""
    if moment.year not in YEARS:
        words = _("Give a year from %(first)d to %(last)d.") % {"first": YEARS[0], "last": YEARS[-1]}
        raise ValidationError(words, "year_out_of_range")


@cache
def zone_choices() -> list[tuple[str, str]]:
    """Every IANA time zone, for a form."""
    return [(name, name) for name in sorted(available_timezones())]
