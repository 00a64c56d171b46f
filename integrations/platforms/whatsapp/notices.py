"""What Meta says of the account itself: its number, templates, quality, calls, flows… One line for the staff, by what
the field's value says ("Webhooks: Fields", WhatsApp Cloud API). Fields come and go, so none is read by its own shape.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from integrations.platforms.base import Ignored
from integrations.platforms.reading import mapping, short, string

MAX_FACTS = 8
MAX_DEPTH = 4
# What others wrote, whose phones they have, and what says nothing.
UNTOLD = {"messages", "threads", "contacts", "state_sync", "session", "metadata", "messaging_product", "media_data"}


def read(payload: dict[str, Any]) -> Ignored:
    field = short(payload.get("field"), 64) or "event"
    told = ", ".join(islice(facts(mapping(payload.get("change")).get("value")), MAX_FACTS))
    return Ignored(f"WhatsApp {field}: {told}" if told else f"WhatsApp {field}")


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
