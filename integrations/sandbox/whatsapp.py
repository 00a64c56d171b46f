"""WhatsApp as seen from Meta: webhook bodies of customers and receipts, and what the Cloud API checks in a message."""

import base64
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from integrations.platforms.capabilities import Choices
from integrations.platforms.reading import mapping, mappings, string
from integrations.platforms.whatsapp import people
from integrations.sandbox.files import File, Part, Sending
from integrations.sandbox.state import ChatKey, Line, State

MAX_TEXT = 4096
MAX_CALLBACK_DATA = 512
TYPES = {
    "text",
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "contacts",
    "interactive",
    "template",
    "reaction",
}
TAPPABLE = {
    "button": Choices("buttons", max=3, max_title=20, max_id=256, max_text=1024),
    "list": Choices("list", max=10, max_title=24, max_id=200, max_text=4096),
}
MEDIA_LIMITS = {
    "image/jpeg": 5,
    "image/png": 5,
    **dict.fromkeys(("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg", "video/mp4", "video/3gpp"), 16),
}
"""Megabytes; documents of any other type may have 100."""
PHONE_DIGITS = range(7, 16)
Body = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """What the Cloud API answers to a body that it does not like."""

    code: int
    message: str
    details: str = ""


def message_id() -> str:
    return "wamid." + base64.b64encode(os.urandom(27)).decode()


def now() -> str:
    return str(int(time.time()))


def envelope(account_key: str, value: Body, field: str = "messages") -> Body:
    metadata = {"display_phone_number": display_number(account_key), "phone_number_id": account_key}
    value = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    changes = [{"field": field, "value": value}]
    return {"object": "whatsapp_business_account", "entry": [{"id": f"9{account_key}", "changes": changes}]}


def display_number(account_key: str) -> str:
    return "1555" + account_key[-7:].rjust(7, "0")


def inbound(state: State, key: ChatKey, name: str, content: Body) -> tuple[str, Body]:
    """A customer's message: its id and the webhook body."""
    name_of_message = message_id()
    phone = "" if people.BSUID.fullmatch(key.contact) else key.contact
    user_id = state.chat(key).user_id or ("" if phone else key.contact)
    profile = {"profile": {"name": name}, **filled(wa_id=phone, user_id=user_id)}
    sender = filled(**{"from": phone}, from_user_id=user_id)
    message = {**sender, "id": name_of_message, "timestamp": now(), **content}
    return name_of_message, envelope(key.account_key, {"contacts": [profile], "messages": [message]})


def text(body: str) -> Body:
    return {"type": "text", "text": {"body": body}}


def sent_file(file: File, order: Sending, _link: str) -> Body:
    """What a customer's file is in a message."""
    kind = "document" if order.type == "file" else order.type
    facts = {"id": file.id, "mime_type": order.mime, "sha256": file.sha256}
    named = filled(filename=order.name, caption=order.caption) if kind == "document" else filled(caption=order.caption)
    return {"type": kind, kind: {**facts, **named, **({"voice": True} if order.voice else {})}}


def media(file: File, link: str) -> Body:
    """What `GET /{media-id}` answers."""
    known = {"url": link, "mime_type": file.mime, "sha256": file.sha256, "file_size": str(len(file.content))}
    return {**known, "id": file.id, "messaging_product": "whatsapp"}


def media_problem(file: Part) -> Problem | None:
    limit = MEDIA_LIMITS.get(file.mime, 100) * 1024 * 1024
    if not file.mime or file.mime == "application/octet-stream":
        return Problem(100, "(#100) Param file must be a file with one of the following types")
    if len(file.content) > limit:
        return Problem(131053, "(#131053) Media upload error", "The file is too large")
    return None


def shown(content: Body) -> str:
    """The line on the customer's own phone."""
    kind = string(content.get("type"))
    part = mapping(content.get(kind))
    body = part.get("body")
    written = mapping(body).get("text") if kind == "interactive" else body
    return string(written) or string(part.get("caption")) or f"[{kind}]"


def receipt(state: State, key: ChatKey, line: Line, status: str, code: int = 0) -> Body:
    phone = "" if people.BSUID.fullmatch(key.contact) else key.contact
    user_id = state.chat(key).user_id or ("" if phone else key.contact)
    body: Body = {
        "id": line.id,
        "status": status,
        "timestamp": now(),
        # A receipt that failed on its way to a phone names no BSUID.
        **filled(recipient_id=phone, recipient_user_id="" if status == "failed" and phone else user_id),
        **filled(biz_opaque_callback_data=line.client_ref),
    }
    if status == "failed":
        body["errors"] = [{"code": code, "title": "Message undeliverable", "message": "Message undeliverable"}]
    else:
        body["pricing"] = {"billable": False, "pricing_model": "PMP", "type": "free_customer_service"}
    return envelope(key.account_key, {"statuses": [body]})


def filled(**fields: str) -> Body:
    return {name: value for name, value in fields.items() if value}


def problem(body: Body) -> Problem | None:
    """The first thing that the Cloud API would not take, or None."""
    return next(filter(None, (check(body) for check in CHECKS)), None)


def product(body: Body) -> Problem | None:
    if body.get("messaging_product") == "whatsapp":
        return None
    return Problem(100, "(#100) The parameter messaging_product is required.")


def recipient(body: Body) -> Problem | None:
    to, user_id = string(body.get("to")), string(body.get("recipient"))
    if not to and not user_id:
        return Problem(100, "The parameter to is required.")
    if to and len(people.e164(to)) - 1 not in PHONE_DIGITS:
        return Problem(131009, "(#131009) Parameter value is not valid", "to is no phone number")
    if not to and not people.BSUID.fullmatch(user_id):
        return Problem(131009, "(#131009) Parameter value is not valid", "recipient is no business-scoped user id")
    return None


def content_type(body: Body) -> Problem | None:
    kind = body.get("type", "text")
    if kind not in TYPES:
        return Problem(100, f"(#100) Param type must be one of {{{', '.join(sorted(TYPES)).upper()}}}")
    if not body.get(kind):
        return Problem(131008, "(#131008) Required parameter is missing", f"Parameter {kind} is mandatory")
    return None


def text_body(body: Body) -> Problem | None:
    if body.get("type", "text") != "text":
        return None
    written = mapping(body.get("text")).get("body")
    if not isinstance(written, str) or not written.strip():
        return Problem(131008, "(#131008) Required parameter is missing", "Parameter text.body is mandatory")
    if len(written) > MAX_TEXT:
        return Problem(100, f"(#100) Param text['body'] must be at most {MAX_TEXT} characters long.")
    return None


def reference(body: Body) -> Problem | None:
    data, context = body.get("biz_opaque_callback_data", ""), body.get("context", {"message_id": "none"})
    if not isinstance(data, str) or len(data) > MAX_CALLBACK_DATA:
        return Problem(100, f"(#100) Param biz_opaque_callback_data must be at most {MAX_CALLBACK_DATA} characters.")
    if not string(mapping(context).get("message_id")):
        return Problem(131009, "(#131009) Parameter value is not valid", "context.message_id is no message id")
    return None


def tappable(body: Body) -> Problem | None:
    """Reply buttons and lists ("Interactive messages"): how many, and how long."""
    part = mapping(body.get("interactive"))
    action, kind = mapping(part.get("action")), string(part.get("type"))
    if body.get("type") != "interactive" or kind not in TAPPABLE:
        return None
    limits = TAPPABLE[kind]
    offered = [mapping(button.get("reply")) for button in mappings(action.get("buttons"))]
    offered += [row for section in mappings(action.get("sections")) for row in mappings(section.get("rows"))]
    titles, ids = ([string(each.get(name)) for each in offered] for name in ("title", "id"))
    written = string(mapping(part.get("body")).get("text"))
    fits = 0 < len(offered) <= limits.max and 0 < len(written) <= limits.max_text
    fits = fits and all(0 < len(title) <= limits.max_title for title in titles)
    if fits and all(0 < len(each) <= limits.max_id for each in ids) and len(set(ids)) == len(ids):
        return None
    return Problem(131009, "(#131009) Parameter value is not valid", "The choices or their text are over a limit")


def template(body: Body) -> Problem | None:
    named = mapping(body.get("template"))
    if body.get("type") != "template" or (named.get("name") and mapping(named.get("language")).get("code")):
        return None
    return Problem(131008, "(#131008) Required parameter is missing", "A template has a name and a language")


CHECKS: tuple[Callable[[Body], Problem | None], ...] = (
    product,
    recipient,
    content_type,
    text_body,
    reference,
    tappable,
    template,
)
