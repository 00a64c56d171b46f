"""Cutting a WhatsApp webhook body into items: one per message, status, echo or error.

Shape ("Webhooks", WhatsApp Cloud API): `entry[].changes[].{field, value}`; `value` has `metadata.phone_number_id`, or
for events of the whole account none, and then the entry's id (the WABA) names the account.
"""

from collections.abc import Iterator
from typing import Any

from integrations.platforms import batches, keys
from integrations.platforms.base import Item
from integrations.platforms.reading import listed, mapping, string
from integrations.platforms.whatsapp import people

LISTS = {"messages": "message", "statuses": "status", "message_echoes": "echo", "errors": "error"}
# Their lists look like a conversation's and are none: old messages, calls, and what another partner answers.
NOTICES = {"history", "calls", "standby"}


def split(body: Any) -> list[Item]:
    """All items in the body's order. What fits no known shape becomes an item too, so that nothing signed is lost."""
    return batches.at_most(each(body), body)


def each(body: Any) -> Iterator[Item]:
    for entry in listed(mapping(body).get("entry")):
        entry_id = string(mapping(entry).get("id"))
        changes = listed(mapping(entry).get("changes"))
        for change in changes:
            yield from of_change(entry_id, change)
        if not changes:
            yield unnamed(entry_id, {"entry": entry})


def of_change(entry_id: str, change: Any) -> Iterator[Item]:
    value = mapping(mapping(change).get("value"))
    metadata = mapping(value.get("metadata"))
    account_key = string(metadata.get("phone_number_id")) or entry_id
    field = string(mapping(change).get("field"))
    common = {"field": field, "entry_id": entry_id, "metadata": metadata}
    profiles = people.by_id(value.get("contacts"))
    things = [
        (kind, thing) for name, kind in LISTS.items() for thing in (() if field in NOTICES else listed(value.get(name)))
    ]
    for kind, thing in things:
        profile = people.matching(mapping(thing), kind, profiles)
        yield of_thing(account_key, kind, thing, {**common, "contact": profile})
    if not things:
        yield unnamed(account_key, {**common, "change": change})


def of_thing(account_key: str, kind: str, thing: Any, common: dict[str, Any]) -> Item:
    payload = {**common, kind: thing}
    fields = mapping(thing)
    return Item(
        account_key=keys.account_key(account_key),
        event_key=event_key(kind, fields) or keys.digest(payload),
        conversation_key=keys.bounded(people.lane(fields, kind, common["contact"])),
        payload=payload,
    )


def event_key(kind: str, thing: dict[str, Any]) -> str:
    name, status = string(thing.get("id")), string(thing.get("status"))
    if not name or (kind == "status" and not status):
        return ""
    return keys.bounded(f"s:{name}:{status}" if kind == "status" else f"m:{name}")


def unnamed(account_key: str, payload: dict[str, Any]) -> Item:
    return Item(keys.account_key(account_key), keys.digest(payload), "", payload)
