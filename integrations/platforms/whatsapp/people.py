"""Who a WhatsApp item is about. The phone may be absent (a customer with a username) and so may the BSUID, the
business-scoped id that Meta sends since 2026-04 ("Business-scoped user IDs", WhatsApp Cloud API).
"""

import re
from typing import Any

from integrations.platforms import phones
from integrations.platforms.base import Contact
from integrations.platforms.reading import mapping, mappings, short, string

BSUID = re.compile(r"[A-Z]{2}\.[0-9A-Za-z]{1,128}")
# Where an item names the customer's phone and BSUID: a message, a status, an echo (the business is its `from`).
NAMED_IN = {
    "message": ("from", "from_user_id"),
    "status": ("recipient_id", "recipient_user_id"),
    "echo": ("to", "to_user_id"),
}


def ids(thing: dict[str, Any], kind: str) -> tuple[str, str]:
    """(phone, BSUID), "" where absent."""
    phone, user_id = NAMED_IN.get(kind, ("", ""))
    return short(thing.get(phone)).removeprefix("+"), short(thing.get(user_id))


def lane(thing: dict[str, Any], kind: str, profile: dict[str, Any]) -> str:
    """Phone before BSUID: the failed status of a message to a phone names no BSUID, and must keep to its lane."""
    phone, user_id = ids(thing, kind)
    system = mapping(thing.get("system"))
    return (
        phone or user_id or short(profile.get("wa_id")) or short(profile.get("user_id")) or short(system.get("user_id"))
    )


def by_id(profiles: Any) -> dict[str, dict[str, Any]]:
    """`contacts[]` by their ids; the only one also by "", since it does for any item of its body."""
    known = mappings(profiles)
    named = {string(who.get(key)).removeprefix("+"): who for who in reversed(known) for key in ("wa_id", "user_id")}
    return {**named, "": known[0] if len(known) == 1 else {}}


def matching(thing: dict[str, Any], kind: str, profiles: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The profile that belongs to the item, even if its number is written otherwise there."""
    return next((profiles[name] for name in ids(thing, kind) if name in profiles and name), profiles[""])


def contact(thing: dict[str, Any], kind: str, profile: dict[str, Any]) -> Contact:
    """Raises ValueError when the item names nobody."""
    phone, user_id = ids(thing, kind)
    wa_id = short(profile.get("wa_id")).removeprefix("+")
    phone, user_id = phone or wa_id, user_id or short(profile.get("user_id"))
    if not user_id and not phone:
        raise ValueError("it names no customer")
    who = mapping(profile.get("profile"))
    username = short(who.get("username")) or short(profile.get("username"))
    return known_by(user_id, phone, wa_id, name=short(who.get("name")), username=username.removeprefix("@"))


def known_by(*names: str, name: str = "", username: str = "") -> Contact:
    """A customer by their ids, the one to reply to first, and by every spelling of those that are phones."""
    given = [name for name in names if name] or [""]
    numbers = [name for name in given if name.isascii() and name.isdecimal()]
    spelled = [spelling for number in numbers for spelling in phones.spellings(number)]
    first, *aliases = dict.fromkeys([*given, *spelled])
    phone = phones.e164(numbers[0]) if numbers else ""
    return Contact(first, tuple(aliases), name, phone, username)


def meant(written: str) -> Contact:
    """Whom a person of the team means by a number, however they write it, or by a BSUID."""
    if BSUID.fullmatch(written):
        return known_by(written)
    return known_by(phones.canonical(written) or written)


def e164(phone: str) -> str:
    """As it is dialled, with `+`: without it Meta puts the business's own country code in front."""
    digits = "".join(character for character in phone if character in "0123456789")
    return f"+{digits[:15]}" if digits else ""
