"""The webhook door: a raw ASGI callable, beside Django and not behind it (docs/adr/0003-the-webhook-door.md).

GET answers Meta's handshake. POST verifies the signature over the raw bytes, stores one row per item, and answers 200
when the rows are durable. Everything else happens in workers. Formats: platforms' own pages, see each adapter.
"""

import hashlib
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from django.db import Error
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from prometheus_client import Counter

from flame.lib import request_id
from flame.lib.clean import parse_json
from flame.lib.raw_answers import Refused, Scope, Send, answer, headers_of, refusal
from integrations import door
from integrations.inbox import Inbox, InboxFull
from integrations.models import InboundEvent
from integrations.platforms.base import Item, Platform
from integrations.registry import OBJECTS, PLATFORMS
from integrations.signing import is_of_our_app, is_verify_token, signers

logger = logging.getLogger(__name__)
Receive = Callable[[], Awaitable[dict[str, Any]]]

MAX_BODY = 3 * 1024 * 1024  # Meta's batches end there (WhatsApp, "Webhooks overview")
MAX_CHALLENGE = 256
PATIENCE_SECONDS = 4.0
"""Meta waits five for its 200; after that it counts as refused."""
REQUESTS = Counter("flame_webhook_requests_total", "Webhook requests by platform and answer", ["platform", "status"])
FOREIGN = Counter("flame_webhook_foreign_items_total", "Items signed by another account's secret", ["platform"])


class Webhooks:
    def __init__(self) -> None:
        self.inbox = Inbox()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name, headers = scope["path"].rstrip("/").rpartition("/")[2], headers_of(scope)
        begun = time.monotonic()
        request_id.begin(headers.get("x-request-id", ""))
        try:
            response = HttpResponse(await self.text(name, scope, headers, receive), content_type="text/plain")
        except Refused as refused:
            response = refusal(headers, refused)
        except (InboxFull, Error):  # nothing is stored, so the platform must come again
            response = refusal(headers, Refused(503))
            door.watch.turn_away()
        except Exception:
            logger.exception("A webhook of %s ended in an error of ours", name)
            response = refusal(headers, Refused(500))
            door.watch.turn_away()
        if time.monotonic() - begun > PATIENCE_SECONDS:
            door.watch.turn_away()
        REQUESTS.labels(name if name in PLATFORMS else "other", response.status_code).inc()
        await answer(scope, send, response)

    async def text(self, name: str, scope: Scope, headers: dict[str, str], receive: Receive) -> str:
        """Raises Refused."""
        methods = methods_of(name)
        if scope["method"] not in methods:
            raise Refused(405, headers={"Allow": ", ".join(methods)})
        if scope["method"] == "GET":
            return await challenge(name, parse_qs(scope["query_string"].decode("latin-1")))
        await self.inbox.store(await accept(name, await read_body(receive), headers))
        return "OK"


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
        raise Refused(404)
    items = adapter.split(body) or [Item("", f"x:{hashlib.sha256(raw).hexdigest()}", "", {"raw": readable(raw)})]
    signed = await verified(adapter, items, raw, headers) or await verified(adapter, items, raw, headers, fresh=True)
    if not signed:
        if adapter.object and await is_of_our_app(adapter, {item.account_key for item in items}, raw, headers):
            logger.warning("A %s webhook names no account of ours", adapter.name)
            return []
        logger.warning("A %s webhook with a missing or wrong signature was refused", adapter.name)
        raise Refused(403, "invalid_signature", _("The signature is missing or wrong."))
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
    raise Refused(403, "invalid_verify_token", _("The verify token is wrong."))


async def read_body(receive: Receive) -> bytes:
    chunks, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400)
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > MAX_BODY:
            raise Refused(413)
        if not message.get("more_body"):
            return b"".join(chunks)


def readable(raw: bytes) -> str:
    return raw[:10_000].decode("utf-8", "replace").replace("\x00", "")
