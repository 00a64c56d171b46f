"""What a Telegram update says (Bot API, "Update"). The item is the update as it came."""

from collections.abc import Callable
from typing import Any

from integrations.platforms import phones
from integrations.platforms.base import (
    UNDATED,
    Contact,
    Edit,
    Ignored,
    InboundEvent,
    InboundMessage,
    Reachability,
)
from integrations.platforms.reading import (
    mapping,
    mappings,
    moment,
    present,
    required,
    required_mapping,
    short,
    string,
)
from integrations.platforms.telegram import contents
from integrations.platforms.telegram.service_messages import SERVICE

Part = dict[str, Any]
GONE = {"kicked", "left"}


def parse(payload: dict[str, Any]) -> list[InboundEvent]:
    """Raises ValueError when a known kind is malformed."""
    update = present(payload)
    for kind, read in READERS.items():
        if kind in update:
            return [read(present(mapping(update[kind])))]
    kinds = ", ".join(sorted(key for key in payload if key != "update_id"))
    return [Ignored(f"Telegram update {kinds[:100] or 'without content'}")]


def read_message(message: Part) -> InboundEvent:
    if not_ours := unanswered(message):
        return not_ours
    if service := SERVICE & set(message):
        return Ignored(f"Telegram service message {', '.join(sorted(service))}")
    shown = contents.read(message)
    return InboundMessage(
        contact=person(message),
        external_id=message_id(message),
        text=shown.text,
        occurred_at=moment(message.get("date")),
        type=shown.type,
        reply_to=replied_to(message),
        metadata={**shown.metadata, **contents.circumstances(message)},
        wants_answer=shown.wants_answer,
    )


def read_edit(message: Part) -> InboundEvent:
    if not_ours := unanswered(message):
        return not_ours
    edited_at = moment(message.get("edit_date") or message.get("date"))
    return Edit(message_id(message), contents.read(message).text, edited_at)


def read_callback(query: Part) -> InboundEvent:
    """A tap on a button under a message of ours, which may be missing, or inaccessible with date 0. It has no time."""
    message, sender = mapping(query.get("message")), mapping(query.get("from"))
    under = {"chat": {"id": sender.get("id"), "type": "private"}, **message, "from": sender}
    if not_ours := foreign_chat(under):
        return not_ours
    data = string(query.get("data"))
    if not data or query.get("inline_message_id"):
        return Ignored("A tap on a button without data, or under a message in another chat.")
    return InboundMessage(
        contact=person(under),
        external_id=f"callback:{required(query, 'id')}"[:255],
        text=label(message, data),
        occurred_at=UNDATED,
        reply_to=message_id(under) if "message_id" in message else "",
        metadata={"payload": data, "callback_query_id": required(query, "id")},
    )


def label(message: Part, data: str) -> str:
    """What stands on the button that was tapped."""
    rows = mapping(message.get("reply_markup")).get("inline_keyboard")
    buttons = [button for row in (rows if isinstance(rows, list) else []) for button in mappings(row)]
    named = [string(button.get("text")) for button in buttons if button.get("callback_data") == data]
    return next(filter(str.strip, named), "") or data


def read_membership(change: Part) -> InboundEvent:
    """In a private chat: the customer blocked the bot, or let it in again."""
    if not_ours := foreign_chat(change):
        return not_ours
    status = string(mapping(change.get("new_chat_member")).get("status"))
    if not status:
        return Ignored("A change of membership that names none.")
    return Reachability(person(change), status not in GONE, moment(change.get("date")))


def unanswered(message: Part) -> Ignored | None:
    if mapping(message.get("from")).get("is_bot") is True:
        return Ignored("A bot wrote it.")
    return foreign_chat(message)


def foreign_chat(part: Part) -> Ignored | None:
    chat = mapping(part.get("chat"))
    kind = short(chat.get("type"), 32)
    alone = not kind and string(chat.get("id")) == string(mapping(part.get("from")).get("id")) != ""
    return None if kind == "private" or alone else Ignored(f"Telegram {kind or 'unknown'} chats are not answered.")


def person(message: Part) -> Contact:
    """In a private chat the chat is the person. Their phone is known once they share their own card."""
    chat, sender = required_mapping(message, "chat"), mapping(message.get("from"))
    card = mapping(message.get("contact"))
    own_card = "user_id" in card and card.get("user_id") == sender.get("id")
    names = (short(sender.get(key) or chat.get(key)) for key in ("first_name", "last_name"))
    phone = phones.e164(string(card.get("phone_number"))) if own_card else ""
    return Contact(
        external_id=required(chat, "id"),
        name=" ".join(filter(None, names))[:255],
        phone=phone,
        username=short(sender.get("username") or chat.get("username")),
        language=short(sender.get("language_code"), 16),
    )


def message_id(message: Part) -> str:
    """Message ids count from 1 in every chat, so ours has the chat in front."""
    return f"{required(required_mapping(message, 'chat'), 'id')}:{required(message, 'message_id')}"


def replied_to(message: Part) -> str:
    replied = mapping(message.get("reply_to_message"))
    return message_id({**replied, "chat": message["chat"]}) if string(replied.get("message_id")) else ""


READERS: dict[str, Callable[[Part], InboundEvent]] = {
    "message": read_message,
    "edited_message": read_edit,
    "callback_query": read_callback,
    "my_chat_member": read_membership,
}
