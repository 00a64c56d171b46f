"""Telegram's customers: the updates that they cause."""

import time
from itertools import count
from typing import Any

from integrations.platforms.reading import string
from integrations.sandbox.files import File, Sending
from integrations.sandbox.state import ChatKey, State

Body = dict[str, Any]

KINDS = {"image": "photo", "file": "document", "audio": "audio", "video": "video"}

# Ids must keep growing over restarts, since whoever listens remembers the old ones: they start at the clock.
_ids = count(int(time.time() * 1000))


def next_id() -> int:
    return next(_ids)


def private_chat(contact: str) -> Body:
    return {"id": int(contact) if contact.isdecimal() else contact, "type": "private"}


def inbound(_state: State, key: ChatKey, name: str, content: Body) -> tuple[str, Body]:
    """A customer's message: its id and the webhook body."""
    number = next_id()
    chat = private_chat(key.contact)
    sender = {"id": chat["id"], "is_bot": False, "first_name": name, "language_code": "es"}
    message = {"message_id": number, "date": int(time.time()), "from": sender, "chat": {**chat, "first_name": name}}
    return f"{key.contact}:{number}", {"update_id": next_id(), "message": {**message, **content}}


def text(body: str) -> Body:
    return {"text": body}


def sent_file(file: File, order: Sending, _link: str) -> Body:
    """What a customer's file is in a message."""
    kind = "voice" if order.voice else KINDS[order.type]
    facts: Body = {"file_id": file.id, "file_unique_id": f"u{file.id}", "file_size": len(file.content)}
    caption = {"caption": order.caption} if order.caption else {}
    if kind == "photo":
        return {
            kind: [{**facts, "file_id": "small", "width": 90, "height": 90}, {**facts, "width": 1, "height": 1}]
        } | caption
    named = {"file_name": order.name} if order.name else {}
    return {kind: {**facts, **named, "mime_type": order.mime}, **caption}


def shown(content: Body) -> str:
    kind = next((key for key in content if key != "caption"), "")
    return string(content.get("text")) or string(content.get("caption")) or f"[{kind}]"
