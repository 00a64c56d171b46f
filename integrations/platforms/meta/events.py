"""What a stored item of Messenger or Instagram says ("Webhook events" of the Messenger and Instagram Platforms)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from integrations.platforms import content, keys
from integrations.platforms.base import (
    AccountBlocked,
    Deletion,
    DeliveryStatus,
    Echo,
    Edit,
    Ignored,
    InboundEvent,
    InboundMessage,
    Reaction,
    StatusUpdate,
)
from integrations.platforms.content import Content
from integrations.platforms.meta import contents, people
from integrations.platforms.reading import (
    MAX_ID,
    mapping,
    mappings,
    present,
    required,
    required_mapping,
    short,
    string,
    without_empty,
)

Item = dict[str, Any]
EMOJIS = {"smile": "😆", "angry": "😠", "sad": "😢", "wow": "😮", "love": "❤️", "like": "👍", "dislike": "👎"}
HEART = "❤️"


def parse(payload: Item) -> list[InboundEvent]:
    """Raises ValueError when a known kind is malformed."""
    event = present(mapping(payload.get("event")))
    for kind, read in READERS.items():
        if kind in event:
            return [read(required_mapping(event, kind), payload)]
    return [Ignored(f"Meta event {what(payload, event)}")]


def what(payload: Item, event: Item) -> str:
    """The name of what is not for us: a handover, an opt-in, a comment on a post."""
    change = mapping(payload.get("change"))
    names = sorted(set(event) - {"sender", "recipient", "timestamp"})
    if len(names) == 1:
        said = mapping(event[names[0]])
        names += [f"{key}={short(said.get(key), 64)}" for key in ("action", "reason", "status", "type", "ref")]
    named = ", ".join(name for name in names if not name.endswith("="))
    return short(change.get("field"), 64) or named[:300] or "without content"


def read_message(message: Item, payload: Item) -> InboundEvent:
    event = payload["event"]
    if message.get("is_self") is True or people.customer(event, account(payload)) == account(payload) != "":
        return Ignored("The account wrote to itself.")
    at = when(payload)
    if message.get("is_deleted") is True:
        return Deletion(required(message, "mid"), at)
    shown = contents.read(message)
    if people.is_from(event, account(payload)):
        return echo(message, payload, shown)
    return InboundMessage(
        contact=people.contact(event, account(payload)),
        external_id=message_id(message, event),
        text=shown.text,
        occurred_at=at,
        type=shown.type,
        reply_to=short(mapping(message.get("reply_to")).get("mid")),
        metadata={**shown.metadata, **standing(payload)},
        wants_answer=shown.wants_answer and answerable(payload),
    )


def echo(message: Item, payload: Item, shown: Content) -> Echo:
    """What the business sent: from here, another app, or the platform's own inbox."""
    return Echo(
        contact=people.contact(payload["event"], account(payload)),
        external_id=message_id(message, payload["event"]),
        text=shown.text,
        occurred_at=when(payload),
        type=shown.type,
        metadata={**shown.metadata, **without_empty({"app_id": short(message.get("app_id"))}), **standing(payload)},
        client_ref=short(message.get("metadata")),
    )


def read_postback(postback: Item, payload: Item) -> InboundEvent:
    """A tap on a button, the menu or "get started". In standby it says no payload."""
    title, data = short(postback.get("title")), short(postback.get("payload"), 1000)
    facts = without_empty({"payload": data, "referral": mapping(postback.get("referral"))})
    return note(postback, payload, Content(title or data or "[botón]", metadata=facts))


def read_order(order: Item, payload: Item) -> InboundEvent:
    """A cart. A person has to look at it: an assistant knows neither stock nor payment."""
    products = mappings(order.get("products"))
    lines = [f"{string(item.get('quantity')) or 1} × {short(item.get('name'))}" for item in products]
    shown = " ".join(filter(None, ("[pedido]", ", ".join(lines), short(order.get("note"), 1000))))
    return note(order, payload, Content(shown, metadata={"order": order}, wants_answer=False))


def read_referral(referral: Item, payload: Item) -> InboundEvent:
    """The customer came by a link or an ad, and wrote nothing."""
    shown = " ".join(filter(None, ("[llegó por un enlace]", short(referral.get("ref")))))
    return note(referral, payload, Content(shown, metadata={"referral": referral}, wants_answer=False))


def note(part: Item, payload: Item, shown: Content) -> InboundMessage:
    return InboundMessage(
        contact=people.contact(payload["event"], account(payload)),
        external_id=message_id(part, payload["event"]),
        text=shown.text,
        occurred_at=when(payload),
        metadata={**shown.metadata, **standing(payload)},
        wants_answer=shown.wants_answer and answerable(payload),
        opens_window="referral" not in payload["event"],
    )


def read_reaction(reaction: Item, payload: Item) -> InboundEvent:
    """`unreact` carries neither name nor emoji; Instagram's double tap only its action."""
    name = string(reaction.get("reaction"))
    emoji = short(reaction.get("emoji"), 32) or EMOJIS.get(name, HEART)
    emoji = "" if reaction.get("action") == "unreact" else emoji
    by_business = people.is_from(payload["event"], account(payload))
    return Reaction(
        contact=people.contact(payload["event"], account(payload)),
        external_id=required(reaction, "mid"),
        emoji=emoji,
        occurred_at=when(payload),
        # "Messenger Platform policy", on the standard window; of Instagram nothing is said.
        opens_window=bool(emoji) and payload.get("object") == "page" and not by_business,
        by_business=by_business,
    )


def read_policy(policy: Item, payload: Item) -> InboundEvent:
    """A warning changes nothing yet, and of the end of a block the owner hears by connecting again."""
    told = what(payload, payload["event"])
    return AccountBlocked(f"Meta: {told}") if policy.get("action") == "block" else Ignored(f"Meta event {told}")


def read_edit(edit: Item, payload: Item) -> InboundEvent:
    if not string(edit.get("text")).strip():
        return Ignored("An edit that does not say the new text.")
    return Edit(required(edit, "mid"), content.plain(string(edit.get("text"))).text, when(payload))


def read_delivery(delivery: Item, payload: Item) -> InboundEvent:
    return watermark("delivered", delivery, payload)


def read_read(read: Item, payload: Item) -> InboundEvent:
    """Messenger's is a watermark; Instagram's names the last message that was read."""
    mid = short(read.get("mid"))
    if not mid or people.is_from(payload["event"], account(payload)):
        return watermark("read", read, payload)
    recipient = people.customer(payload["event"], account(payload))
    return StatusUpdate(mid, "read", when(payload), recipient=recipient, covers_earlier=True)


def watermark(status: DeliveryStatus, receipt: Item, payload: Item) -> InboundEvent:
    recipient = people.customer(payload["event"], account(payload))
    if not recipient or people.is_from(payload["event"], account(payload)):
        return Ignored("A receipt that is not a customer's.")
    return StatusUpdate("", status, people.occurred_at(receipt.get("watermark")), recipient=recipient)


def account(payload: Item) -> str:
    return string(payload.get("account"))


def when(payload: Item) -> datetime:
    return people.occurred_at(payload["event"].get("timestamp"), payload.get("entry_time"))


def message_id(part: Item, event: Item) -> str:
    """Old bodies name no message, and neither do referrals: the event itself has to do."""
    mid = string(part.get("mid"))
    return mid if 0 < len(mid) <= MAX_ID else keys.digest(event)


def standing(payload: Item) -> dict[str, Any]:
    return {"standby": True} if payload.get("channel") == "standby" else {}


def answerable(payload: Item) -> bool:
    """Not while another app has the thread, and no sample of the dashboard."""
    return payload.get("channel") == "messaging"


READERS: dict[str, Callable[[Item, Item], InboundEvent]] = {
    "message": read_message,
    "postback": read_postback,
    "reaction": read_reaction,
    "message_edit": read_edit,
    "delivery": read_delivery,
    "read": read_read,
    "order": read_order,
    "referral": read_referral,
    "policy_enforcement": read_policy,
}
