"""The webhook door: a raw ASGI callable, beside Django and not behind it (docs/adr/0003-the-webhook-door.md).

GET answers Meta's handshake. POST verifies the signature over the raw bytes, stores one row per item, and answers 200
when the rows are durable. Everything else happens in workers. Formats: platforms' own pages, see each adapter.
"""

import hashlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from django.db import Error
from prometheus_client import Counter

from flame.lib.clean import parse_json
from integrations.inbox import Inbox, InboxFull
from integrations.models import InboundEvent
from integrations.platforms.base import Item, Platform
from integrations.registry import OBJECTS, PLATFORMS
from integrations.signing import is_verify_token, signers

logger = logging.getLogger(__name__)
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

MAX_BODY = 3 * 1024 * 1024  # Meta's batches end there (WhatsApp, "Webhooks overview")
MAX_CHALLENGE = 256
HEADERS = [(b"content-type", b"text/plain"), (b"x-content-type-options", b"nosniff")]
NOT_ALLOWED = 405
REQUESTS = Counter("flame_webhook_requests_total", "Webhook requests by platform and answer", ["platform", "status"])
FOREIGN = Counter("flame_webhook_foreign_items_total", "Items signed by another account's secret", ["platform"])


class Refused(Exception):
    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Webhooks:
    def __init__(self) -> None:
        self.inbox = Inbox()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path"].rstrip("/").rpartition("/")[2]
        methods = methods_of(name)
        try:
            if scope["method"] not in methods:
                status, text = NOT_ALLOWED, "Method Not Allowed"
            elif scope["method"] == "GET":
                status, text = 200, await challenge(name, parse_qs(scope["query_string"].decode("latin-1")))
            else:
                said = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
                await self.inbox.store(await accept(name, await read_body(receive), said))
                status, text = 200, "OK"
        except Refused as refusal:
            status, text = refusal.status, str(refusal)
        except (InboxFull, Error):  # nothing is stored, so the platform must come again
            status, text = 503, "Try again"
        REQUESTS.labels(name if name in PLATFORMS else "other", status).inc()
        headers = [*HEADERS, (b"allow", ", ".join(methods).encode())] if status == NOT_ALLOWED else HEADERS
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": text.encode()})


def methods_of(name: str) -> list[str]:
    """Only Meta asks for a handshake: the platforms whose bodies name their object."""
    adapter = PLATFORMS.get(name)
    return ["POST"] if adapter and not adapter.object else ["GET", "POST"]


async def accept(name: str, raw: bytes, headers: dict[str, str]) -> list[InboundEvent]:
    """The rows of a body whose signature holds. Raises Refused; then nothing was or will be stored."""
    try:
        body = parse_json(raw)
    except ValueError:
        body = None
    adapter = OBJECTS.get(str(body.get("object")) if isinstance(body, dict) else "") or PLATFORMS.get(name)
    if adapter is None:
        raise Refused(404, "Unknown platform")
    items = adapter.split(body) or [Item("", f"x:{hashlib.sha256(raw).hexdigest()}", "", {"raw": readable(raw)})]
    signed = await verified(adapter, items, raw, headers) or await verified(adapter, items, raw, headers, fresh=True)
    if not signed:
        logger.warning("A %s webhook with a missing or wrong signature was refused", adapter.name)
        raise Refused(403, "Bad signature")
    if foreign := len(items) - len(signed):
        FOREIGN.labels(adapter.name).inc(foreign)
        logger.warning("%d items of a %s webhook belong to accounts with another secret", foreign, adapter.name)
    return [InboundEvent(platform=adapter.name, account_key=account, **row(item)) for account, item in signed]


async def verified(
    adapter: Platform, items: list[Item], raw: bytes, headers: dict[str, str], *, fresh: bool = False
) -> list[tuple[str, Item]]:
    """The items whose account may have signed these bytes, each with its account's key."""
    named = adapter.named_by(headers)
    known = await signers(adapter, {named or item.account_key for item in items}, fresh=fresh)
    holds = {secret: adapter.verify(raw, headers, secret) for signer in known.values() for secret in signer.secrets}
    pairs = [(known[named or item.account_key], item) for item in items]
    return [(signer.account_key, item) for signer, item in pairs if any(holds[secret] for secret in signer.secrets)]


def row(item: Item) -> dict[str, Any]:
    return {"event_key": item.event_key, "conversation_key": item.conversation_key, "payload": item.payload}


async def challenge(name: str, query: dict[str, list[str]]) -> str:
    """The challenge to echo as plain text (Graph API, "Webhooks: Getting started"). Raises Refused."""
    mode, token, text = (query.get(f"hub.{key}", [""])[0] for key in ("mode", "verify_token", "challenge"))
    if mode == "subscribe" and len(text) <= MAX_CHALLENGE and await is_verify_token(name, token):
        return text
    raise Refused(403, "Bad verify token")


async def read_body(receive: Receive) -> bytes:
    chunks, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, "Incomplete body")
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > MAX_BODY:
            raise Refused(413, "Body too large")
        if not message.get("more_body"):
            return b"".join(chunks)


def readable(raw: bytes) -> str:
    return raw[:10_000].decode("utf-8", "replace").replace("\x00", "")
