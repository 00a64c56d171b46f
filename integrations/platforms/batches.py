"""How much one webhook may bring. A body is cut into items before anybody knows who signed it."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from integrations.platforms import keys
from integrations.platforms.base import Item

MAX_ITEMS = 2000
"""Meta's batches have at most 1000 updates (WhatsApp, "Webhooks overview")."""


def at_most(items: Iterable[Item], body: Any) -> list[Item]:
    """The items; or, of more than any platform sends, one that holds the body as it came."""
    taken = list(islice(items, MAX_ITEMS + 1))
    if len(taken) <= MAX_ITEMS:
        return taken
    return [Item(taken[0].account_key, keys.digest(body), "", {"field": "oversized body", "body": body})]
