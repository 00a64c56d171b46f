"""Messenger and Instagram as seen from Meta: webhook bodies, and what the Send API checks in a message."""

import base64
import os
import time
from collections.abc import Callable
from typing import Any

from integrations.platforms.meta import contents
from integrations.platforms.reading import listed, mapping, mappings, string
from integrations.platforms.splitting import utf8_bytes
from integrations.sandbox.files import File, Sending
from integrations.sandbox.state import ChatKey, Line, State

OBJECTS = {"facebook": "page", "instagram": "instagram"}
LIMITS: dict[str, tuple[int, Callable[[str], int], str]] = {
    "facebook": (2000, len, "characters"),
    "instagram": (1000, utf8_bytes, "bytes"),
}
MAX_QUICK_REPLIES, MAX_TITLE = 13, 20
ATTACHMENTS = {"image", "audio", "video", "file"}
MAX_ATTACHMENT = 25 * 1024 * 1024
EVENTS = {
    "message",
    "postback",
    "reaction",
    "message_edit",
    "read",
    "delivery",
    "referral",
    "optin",
    "order",
    "policy_enforcement",
    "pass_thread_control",
    "take_thread_control",
}
Body = dict[str, Any]


def message_id() -> str:
    return "m_" + base64.urlsafe_b64encode(os.urandom(24)).decode()


def now() -> int:
    return int(time.time() * 1000)


def envelope(key: ChatKey, part: Body, *, from_us: bool = False) -> Body:
    """A webhook with one event, in which the customer speaks, or the account itself."""
    customer, account = {"id": key.contact}, {"id": key.account_key}
    sender, recipient = (account, customer) if from_us else (customer, account)
    event = {"sender": sender, "recipient": recipient, "timestamp": now(), **part}
    return {
        "object": OBJECTS[key.platform],
        "entry": [{"id": key.account_key, "time": now(), "messaging": [event]}],
    }


def inbound(state: State, key: ChatKey, name: str, content: Body) -> tuple[str, Body]:
    """What a customer did: the id of the message that they wrote or meant, and the webhook body.

    `content` is a part of an event (`{"postback": …}`, `{"reaction": …}`, a message with `is_echo` or `is_deleted`), or
    else the fields of a message.
    """
    state.names[(key.platform, key.contact)] = name
    part = content if EVENTS & set(content) else {"message": content}
    kind = next(iter(EVENTS & set(part)))
    said = {"mid": message_id(), **mapping(part[kind])} if kind in {"message", "postback"} else mapping(part[kind])
    from_us = said.get("is_echo") is True
    return string(said.get("mid")), envelope(key, {**part, kind: said}, from_us=from_us)


def text(body: str) -> Body:
    return {"text": body}


def sent_file(_file: File, order: Sending, link: str) -> Body:
    """A customer's file in a message. A caption comes as a message of its own."""
    return {"attachments": [{"type": order.type, "payload": {"url": link}}]}


def shown(content: Body) -> str:
    """The line on the customer's own phone; "" for what is none."""
    message = mapping(content.get("message")) if EVENTS & set(content) else content
    if postback := mapping(content.get("postback")):
        return string(postback.get("title"))
    if not message or message.get("is_echo") or message.get("is_deleted"):
        return ""
    return contents.read(message).text


def sent_text(message: Body) -> str:
    attachment = mapping(message.get("attachment"))
    template = mapping(attachment.get("payload"))
    return string(message.get("text")) or string(template.get("text")) or f"[{string(attachment.get('type'))}]"


def receipt(key: ChatKey, line: Line, message: Body, status: str, app_id: str) -> Body | None:
    """An echo for sent; then watermarks on Messenger, and on Instagram only the last message that was read."""
    if status == "sent":
        return envelope(key, {"message": echo(key, line, message, app_id)}, from_us=True)
    if key.platform == "instagram":
        return envelope(key, {"read": {"mid": line.id}}) if status == "read" else None
    if status == "delivered":
        return envelope(key, {"delivery": {"mids": [line.id], "watermark": now()}})
    return envelope(key, {"read": {"watermark": now()}}) if status == "read" else None


def echo(key: ChatKey, line: Line, message: Body, app_id: str) -> Body:
    body = {"mid": line.id, "is_echo": True, **{name: message[name] for name in ("text",) if name in message}}
    if attachment := mapping(message.get("attachment")):
        body["attachments"] = [attachment]
    if key.platform == "facebook":
        body |= {"app_id": int(app_id), **({"metadata": message["metadata"]} if "metadata" in message else {})}
    return body


def problem(platform: str, body: Body) -> str:
    """The first thing that the Send API would not take, or ""."""
    checks = (recipient, content, quick_replies, reply_to)
    return next(filter(None, (length(platform, body), *(check(body) for check in checks))), "")


def recipient(body: Body) -> str:
    to = mapping(body.get("recipient"))
    return "" if string(to.get("id")) or string(to.get("user_ref")) else "(#100) The parameter recipient is required"


def content(body: Body) -> str:
    message = mapping(body.get("message"))
    if string(message.get("text")).strip() or message.get("attachment") or message.get("attachments"):
        return ""
    return "(#100) Empty message"


def length(platform: str, body: Body) -> str:
    limit, size, unit = LIMITS[platform]
    if size(string(mapping(body.get("message")).get("text"))) <= limit:
        return ""
    return f"(#100) Length of param message[text] must be less than or equal to {limit} {unit}"


def quick_replies(body: Body) -> str:
    replies = listed(mapping(body.get("message")).get("quick_replies"))
    if len(replies) > MAX_QUICK_REPLIES:
        return f"(#100) At most {MAX_QUICK_REPLIES} quick replies are allowed"
    titles = [string(reply.get("title")) for reply in mappings(replies) if reply.get("content_type") == "text"]
    if any(not 0 < len(title) <= MAX_TITLE for title in titles):
        return f"(#100) The title of a quick reply has 1 to {MAX_TITLE} characters"
    return ""


def reply_to(body: Body) -> str:
    quoted = body.get("reply_to", {"mid": "none"})
    return "" if string(mapping(quoted).get("mid")) else "(#100) Param reply_to[mid] is no message id"
