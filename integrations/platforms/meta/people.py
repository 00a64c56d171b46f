"""Who an event of Messenger or Instagram is about, and when it happened."""

from datetime import datetime
from typing import Any

from integrations.platforms.base import UNDATED, Contact
from integrations.platforms.reading import MAX_ID, mapping, moment, short

USER_REF = "user_ref:"
"""In front of the id that a guest of a web plugin has, who has none of the platform's yet."""


def name_of(side: Any) -> str:
    """Old bodies carry numbers."""
    fields = mapping(side)
    guest = short(fields.get("user_ref"), MAX_ID - len(USER_REF))
    return short(fields.get("id")) or (USER_REF + guest if guest else "")


def sides(event: dict[str, Any]) -> tuple[str, str]:
    """(business, customer), "" where the event names none: in an echo the business is the sender."""
    sender, recipient = name_of(event.get("sender")), name_of(event.get("recipient"))
    return (sender, recipient) if is_echo(event) else (recipient, sender)


def customer(event: dict[str, Any], account: str) -> str:
    """The side that is not the account: some echoes name the sides as a message does."""
    business, person = sides(event)
    return business if person == account else person


def is_echo(event: dict[str, Any]) -> bool:
    return mapping(event.get("message")).get("is_echo") is True


def is_from(event: dict[str, Any], account: str) -> bool:
    """Whether the account itself did it: not every echo says that it is one."""
    return is_echo(event) or name_of(event.get("sender")) == account != ""


def contact(event: dict[str, Any], account: str) -> Contact:
    """Raises ValueError when the event names nobody."""
    person = customer(event, account)
    if not person:
        raise ValueError("it names no customer")
    return Contact(external_id=person)


def occurred_at(*clocks: Any) -> datetime:
    """The first that is a time."""
    return next((at for at in map(moment, clocks) if at != UNDATED), UNDATED)
