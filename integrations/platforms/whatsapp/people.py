"""Who a WhatsApp item is about. The phone may be absent (a customer with a username) and so may the BSUID, the
business-scoped id that Meta sends since 2026-04 ("Business-scoped user IDs", WhatsApp Cloud API).
"""

import re
from typing import Any

from integrations.platforms.base import Contact
from integrations.platforms.reading import mapping, mappings, short, string

BSUID = re.compile(r"[A-Z]{2}\.[0-9A-Za-z]{1,128}")
# The names of the customer's phone and BSUID in a message, a status and an echo.
PHONES = ("from", "recipient_id", "to")
USER_IDS = ("from_user_id", "recipient_user_id", "to_user_id")


def first(source: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next(filter(None, (short(source.get(key)) for key in keys)), "")


def ids(thing: dict[str, Any]) -> tuple[str, str]:
    """(phone, BSUID), "" where absent. A business that echoes is in `from` itself, so `to` decides there."""
    if "to" in thing or "to_user_id" in thing:
        return short(thing.get("to")), short(thing.get("to_user_id"))
    return first(thing, PHONES), first(thing, USER_IDS)


def lane(thing: dict[str, Any], profile: dict[str, Any]) -> str:
    """Phone before BSUID: the failed status of a message to a phone names no BSUID, and must keep to its lane."""
    phone, user_id = ids(thing)
    system = mapping(thing.get("system"))
    return (
        phone or user_id or short(profile.get("wa_id")) or short(profile.get("user_id")) or short(system.get("user_id"))
    )


def matching(thing: dict[str, Any], profiles: Any) -> dict[str, Any]:
    """The one of `contacts[]` that belongs to the item; the only one does even if its number is written otherwise."""
    known = mappings(profiles)
    named = set(filter(None, ids(thing)))
    found = [who for who in known if named & {string(who.get("wa_id")), string(who.get("user_id"))}]
    return (found or (known if len(known) == 1 else []) or [{}])[0]


def contact(thing: dict[str, Any], profile: dict[str, Any]) -> Contact:
    """Raises ValueError when the item names nobody."""
    phone, user_id = ids(thing)
    wa_id = short(profile.get("wa_id"))
    phone, user_id = phone or wa_id, user_id or short(profile.get("user_id"))
    names = list(dict.fromkeys(filter(None, (user_id, phone, wa_id))))
    if not names:
        raise ValueError("it names no customer")
    who = mapping(profile.get("profile"))
    return Contact(
        external_id=names[0],
        aliases=tuple(names[1:]),
        name=short(who.get("name")),
        phone=e164(phone),
        username=short(who.get("username")).removeprefix("@"),
    )


def e164(phone: str) -> str:
    """With `+`: without it Meta puts the business's own country code in front."""
    digits = "".join(character for character in phone if character in "0123456789")
    return f"+{digits[:15]}" if digits else ""
