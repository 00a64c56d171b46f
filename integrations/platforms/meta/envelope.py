"""Cutting a webhook body of Messenger or Instagram into items: one per event.

Shape ("Webhooks", Messenger Platform; "Webhooks", Instagram Platform): `entry[]` with one of `messaging[]` (for us),
`standby[]` (another app has the thread) and `changes[].{field, value}`, on Instagram also flat as `entry.{field,
value}`. Instagram's dashboard sends its sample messages as `changes`.
"""

from collections.abc import Iterator
from typing import Any

from integrations.platforms import batches, keys
from integrations.platforms.base import Item
from integrations.platforms.meta import people
from integrations.platforms.reading import MAX_ID, listed, mapping, string

CHANNELS = ("messaging", "standby")
INSTAGRAM, PROFESSIONAL = "instagram", "17841"


def split(body: Any) -> list[Item]:
    """All items in the body's order. What fits no known shape becomes an item too, so that nothing signed is lost."""
    kind = string(mapping(body).get("object"))
    entries = listed(mapping(body).get("entry"))
    return batches.at_most((item for entry in entries for item in of_entry(kind, entry)), body)


def of_entry(kind: str, entry: Any) -> Iterator[Item]:
    fields = mapping(entry)
    entry_id, common = string(fields.get("id")), {"object": kind, "entry_time": fields.get("time")}
    events = [(channel, event) for channel in CHANNELS for event in listed(fields.get(channel))]
    for channel, event in events:
        yield of_event(kind, entry_id, event, {**common, "channel": channel})
    changes = listed(fields.get("changes")) or ([fields] if "field" in fields else [])
    for change in changes:
        yield of_change(kind, entry_id, change, common)
    if not events and not changes:
        yield unnamed(entry_id, {"entry": entry})


def of_change(kind: str, entry_id: str, change: Any, common: dict[str, Any]) -> Item:
    value = mapping(mapping(change).get("value"))
    if kind == INSTAGRAM and "sender" in value and "recipient" in value:
        return of_event(kind, entry_id, value, {**common, "channel": "changes"})
    return unnamed(entry_id, {**common, "change": change})


def of_event(kind: str, entry_id: str, event: Any, common: dict[str, Any]) -> Item:
    fields = mapping(event)
    account = account_of(kind, entry_id, fields)
    payload = {**common, "account": account[:MAX_ID], "event": event}
    return Item(
        account_key=keys.account_key(account),
        event_key=event_key(fields) or keys.digest(payload),
        conversation_key=keys.bounded(people.customer(fields, account)),
        payload=payload,
    )


def account_of(kind: str, entry_id: str, event: dict[str, Any]) -> str:
    """The entry's id, as Meta says it. Some of Instagram's samples have the customer's id there."""
    business, customer = people.sides(event)
    if kind != INSTAGRAM or entry_id != customer or is_professional(entry_id, not_as=business):
        return entry_id or business
    return business or entry_id


def is_professional(name: str, *, not_as: str) -> bool:
    """Whether it is the account itself that did something, by how Instagram numbers professional accounts."""
    return name.startswith(PROFESSIONAL) and not not_as.startswith(PROFESSIONAL)


def event_key(event: dict[str, Any]) -> str:
    """By the message's id, where the event is about nothing else: an unsent message has the id that it came with."""
    message, postback = mapping(event.get("message")), mapping(event.get("postback"))
    mid = string(message.get("mid"))
    if mid:
        return keys.bounded(f"d:{mid}" if message.get("is_deleted") is True else f"m:{mid}")
    return keys.bounded(f"p:{postback['mid']}") if string(postback.get("mid")) else ""


def unnamed(entry_id: str, payload: dict[str, Any]) -> Item:
    return Item(keys.account_key(entry_id), keys.digest(payload), "", payload)
