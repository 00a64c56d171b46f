"""Webhooks as the platforms send them: real bytes, really signed, through the real ASGI door."""

import hashlib
import hmac
import json
from itertools import count

from integrations.webhooks import Webhooks

_numbers = count(1)


def whatsapp_text(
    text="Hola", *, contact="5215559999", message_id=None, phone_number_id="2007", name="Eva", at=1790416800
):
    message = {
        "from": contact,
        "id": message_id or f"wamid.IN{next(_numbers)}",
        "timestamp": str(at),
        "type": "text",
        "text": {"body": text},
    }
    return whatsapp_value(
        {"contacts": [{"profile": {"name": name}, "wa_id": contact}], "messages": [message]}, phone_number_id
    )


def whatsapp_status(message_id, status, *, ref="", contact="5215559999", phone_number_id="2007", at=1790416900, **more):
    receipt = {"id": message_id, "status": status, "timestamp": str(at), "recipient_id": contact, **more}
    if ref:
        receipt["biz_opaque_callback_data"] = str(ref)
    return whatsapp_value({"statuses": [receipt]}, phone_number_id)


def whatsapp_value(parts, phone_number_id="2007"):
    metadata = {"display_phone_number": "5215550001", "phone_number_id": phone_number_id}
    return {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **parts}}


def whatsapp_body(*changes, waba="1009"):
    return {"object": "whatsapp_business_account", "entry": [{"id": waba, "changes": list(changes)}]}


def meta_body(integration, part, *, contact="5123", echo=False, at=1790416800500, channel="messaging"):
    """A body of Messenger or Instagram with one event, in which the customer speaks, or the account itself."""
    account, customer = {"id": integration.account_key}, {"id": contact}
    sides = {"sender": account, "recipient": customer} if echo else {"sender": customer, "recipient": account}
    event = {**sides, **({"timestamp": at} if at else {}), **part}
    entry = {"id": integration.account_key, "time": at, channel: [event]}
    return {"object": {"facebook": "page"}.get(integration.platform, integration.platform), "entry": [entry]}


def telegram_text(text="Hola", *, chat=7777, update_id=None, message_id=None):
    number = next(_numbers)
    sender = {"id": chat, "is_bot": False, "first_name": "Eva", "language_code": "es"}
    message = {
        "message_id": message_id or number,
        "date": 1790416800,
        "from": sender,
        "chat": {"id": chat, "type": "private", "first_name": "Eva"},
        "text": text,
    }
    return {"update_id": update_id or 90_000 + number, "message": message}


def signature(raw, secret="shop-app-secret"):
    return {"x-hub-signature-256": "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()}


async def post(door, platform, body, headers=None, *, secret="shop-app-secret"):
    """POST a body (a value, or bytes as they are), answered as by `request`. `headers=None` signs as Meta does."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await request(
        door, "POST", platform, raw=raw, headers=signature(raw, secret) if headers is None else headers
    )


async def request(door: Webhooks, *args, **kwargs):
    """(status, text); of a refusal (status, code)."""
    status, headers, body = await exchange(door, *args, **kwargs)
    return status, json.loads(body)["code"] if headers["content-type"] == "application/json" else body.decode()


async def exchange(door: Webhooks, method, platform, *, raw=b"", headers=None, query=""):
    """(status, headers, body)."""
    sent, chunks = [], [raw[i : i + 65536] for i in range(0, len(raw), 65536)] or [b""]

    async def receive():
        body = chunks.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(chunks)}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": f"/api/webhooks/{platform}",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in (headers or {}).items()],
    }
    await door(scope, receive, send)
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, sent[1]["body"]
