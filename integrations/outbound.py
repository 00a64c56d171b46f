"""Calling a platform, with one promise: whoever gets an error knows whether the message may have left.

What cannot have reached the platform (no address, no connection, no TLS) is `retry`. A time-out, a cut, or an answer
that says nothing (an endless body, and by the adapters any 5xx) after the request had left is `unknown`: it may have
been accepted.
"""

import json
import time
from collections.abc import Mapping
from typing import Any

import requests
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError
from urllib3.exceptions import SSLError as TLSError

from flame.lib.database import release_connection
from integrations.models import Integration
from integrations.payloads import HIDDEN
from integrations.platforms.base import (
    Account,
    Contact,
    Exchange,
    Gesture,
    OutboundMessage,
    PlatformError,
    Request,
    Response,
    Result,
)
from integrations.registry import PLATFORMS

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
TOTAL_SECONDS = 20.0
"""Below the outbox's lease: whoever still waits after it has lost the message to another worker."""
EXCHANGE_SECONDS = 15.0
"""No further call begins after it: connecting takes two exchanges and ends within the lease of an Idempotency-Key."""
UNREACHABLE = "unreachable"
"""The code of an error before the wire: no address, no connection, no TLS."""
MAX_ANSWER = 1024 * 1024
BEFORE_THE_WIRE = (NewConnectionError, ConnectTimeoutError, TLSError)


def send(integration: Integration, message: OutboundMessage) -> str:
    """Send one message; answers the platform's id of it. Raises PlatformError."""
    adapter = PLATFORMS[integration.platform]
    account = integration.account()
    try:
        return adapter.external_id(message, call(adapter.request(account, message), account))
    except PlatformError as error:
        raise without_secrets(error, account) from None


def prepare(integration: Integration, message: OutboundMessage) -> OutboundMessage:
    """The message as `send` takes it. Raises PlatformError, never `unknown`: what fails here was not sent."""
    if message.file is None:
        return message
    account = integration.account()
    try:
        return converse(PLATFORMS[integration.platform].prepare(account, message), account)
    except PlatformError as error:
        if error.error_class != "unknown":
            raise
        raise PlatformError("retry", error.code, error.message, error.retry_after) from None


def converse(exchange: Exchange[Result], account: Account) -> Result:
    """Carry an adapter's calls to the platform and its answers back, in no transaction. Raises PlatformError."""
    release_connection()  # however slow the platform is
    deadline = time.monotonic() + EXCHANGE_SECONDS
    try:
        request = next(exchange)
        while True:
            request = exchange.send(call(request, account))
            refuse_after(deadline, account)
    except StopIteration as end:
        result: Result = end.value
        return result
    except PlatformError as error:
        raise without_secrets(error, account) from None


def profile(integration: Integration, contact: str) -> Contact | None:
    """What the platform tells of a customer; None where it tells nothing. Raises PlatformError."""
    account = integration.account()
    exchange = PLATFORMS[integration.platform].profile(account, contact)
    return converse(exchange, account) if exchange else None


def acknowledge(integration: Integration, metadata: Mapping[str, Any]) -> bool:
    """Tell a message's sender that it came; False where nobody waits for that. Raises PlatformError."""
    account = integration.account()
    exchange = PLATFORMS[integration.platform].acknowledgement(account, metadata)
    if exchange:
        converse(exchange, account)
    return exchange is not None


def gesture(integration: Integration, made: Gesture) -> None:
    """Show the customer that somebody types, or has read. Raises PlatformError."""
    account = integration.account()
    exchange = PLATFORMS[integration.platform].gesture(account, made)
    if exchange:
        converse(exchange, account)


def refuse_after(deadline: float, account: Account) -> None:
    if time.monotonic() > deadline:
        raise PlatformError("unknown", "too_slow", f"{account.platform} took too long to answer.")


def call(request: Request, account: Account) -> Response:
    """One HTTP exchange. Raises PlatformError `retry` or `unknown` when there is no whole answer."""
    deadline = time.monotonic() + TOTAL_SECONDS
    try:
        # A connection of its own for every call: on a kept one, "closed while idle" cannot be told from "cut after it
        # had been accepted", and each would have to count as unknown.
        with requests.request(
            request.method,
            request.url,
            headers={"Connection": "close", "Accept-Encoding": "identity", **request.headers},
            params=request.params or None,
            json=request.json,
            data=request.form or None,
            files=[(part.form_field, (part.name, part.content, part.mime)) for part in request.files] or None,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as answer:
            return Response(answer.status_code, answer.headers, parsed(read(answer, deadline)))
    except (requests.RequestException, HTTPError) as error:  # the raw body is urllib3's, with its own exceptions
        raise unsent_or_unknown(error, account) from None


def read(answer: requests.Response, deadline: float) -> bytes:
    body = b""
    while chunk := answer.raw.read1(8192):  # read() would wait for all 8 KiB, however slowly they drip
        body += chunk
        if len(body) > MAX_ANSWER:
            raise PlatformError("unknown", "answer_too_large", "The platform's answer did not end.")
        if time.monotonic() > deadline:
            raise PlatformError("unknown", "answer_too_slow", "The platform's answer took too long.")
    return body


def parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body[:1000].decode("utf-8", "replace")


def unsent_or_unknown(error: Exception, account: Account) -> PlatformError:
    reason = error.args[0] if error.args else None
    if isinstance(reason, MaxRetryError):
        reason = reason.reason
    before = isinstance(reason, BEFORE_THE_WIRE) or isinstance(error, requests.exceptions.InvalidURL)
    name = type(reason if isinstance(reason, Exception) else error).__name__
    if before:
        return PlatformError("retry", UNREACHABLE, f"{account.platform} could not be reached ({name}).")
    return PlatformError("unknown", "no_answer", f"{account.platform} did not answer ({name}).")


def without_secrets(error: PlatformError, account: Account) -> PlatformError:
    """The refusal, fit to be shown and kept: Meta repeats a token that it calls malformed."""
    for name in PLATFORMS[account.platform].secret_fields:
        if secret := account.credentials.get(name):
            error.message = error.message.replace(secret, HIDDEN)
    error.args = (error.error_class, error.code, error.message, error.retry_after)
    return error
