"""What Meta says of the account itself: its number, templates, quality, calls, flows… One line for the staff, by what
the field's value says ("Webhooks: Fields", WhatsApp Cloud API). Fields come and go, so none is read by its own shape.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from integrations.platforms.base import AccountBlocked, Ignored
from integrations.platforms.reading import listed, mapping, mappings, short, string

MAX_FACTS = 8
NO_REPLIES = {"RESTRICTED_CUSTOMER_INITIATED_MESSAGING"}
MAX_DEPTH = 4
# What others wrote, whose phones they have, and what says nothing.
UNTOLD = {"messages", "threads", "contacts", "state_sync", "session", "metadata", "messaging_product", "media_data"}


def read(payload: dict[str, Any]) -> AccountBlocked | Ignored:
    field, value = short(payload.get("field"), 64) or "event", mapping(payload.get("change")).get("value")
    told = ", ".join(islice(facts(value), MAX_FACTS))
    reason = f"WhatsApp {field}: {told}" if told else f"WhatsApp {field}"
    return AccountBlocked(reason) if field == "account_update" and is_block(mapping(value)) else Ignored(reason)


def is_block(update: dict[str, Any]) -> bool:
    """Whether the account can no longer answer its customers. A warning, a date on which it will be closed, and a stop
    of what the business begins itself leave replies alone ("account_update", WhatsApp Cloud API).
    """
    state = mapping(update.get("ban_info")).get("waba_ban_state")
    restricted = [string(one.get("restriction_type")) for one in mappings(update.get("restriction_info"))]
    return (
        update.get("event") == "ACCOUNT_DELETED"
        or "DISABLE" in (listed(state) or [state])
        or bool(NO_REPLIES.intersection(restricted))
    )


def by_weight(item: tuple[str, Any]) -> tuple[bool, str]:
    """What happened, then by name: a database does not keep an object's order."""
    return item[0] != "event", item[0]


def facts(value: Any, name: str = "", depth: int = 0) -> Iterator[str]:
    """`key value` of everything in it that is a word or a number."""
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        for key, part in sorted(value.items(), key=by_weight):
            if key not in UNTOLD:
                yield from facts(part, key, depth + 1)
    elif isinstance(value, list):
        for part in value[:MAX_FACTS]:
            yield from facts(part, name, depth + 1)
    elif text := " ".join(string(value).split())[:200]:
        yield f"{name[:64]} {text}".strip()
