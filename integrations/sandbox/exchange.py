"""One HTTP exchange over ASGI, as plain values."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from integrations.sandbox import torrents
from integrations.sandbox.torrents import Torrent

MARK = "x-flame-sandbox"
"""On every answer, so that a client can tell the sandbox from whatever else listens at an address."""
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Call:
    method: str
    parts: tuple[str, ...]
    """The path, cut at its slashes."""
    query: dict[str, str]
    headers: dict[str, str]
    """By lower-case names."""
    raw: bytes
    port: int = 0
    """Where it came in."""

    def json(self) -> dict[str, Any]:
        """The body's object. Raises ValueError for anything else."""
        try:
            value = json.loads(self.raw or b"{}")
        except RecursionError as error:
            raise ValueError("JSON is nested too deep") from error
        if not isinstance(value, dict):
            raise ValueError("the body is no JSON object")  # noqa: TRY004 - callers answer one kind of bad body
        return value


@dataclass(frozen=True)
class Answer:
    body: Any
    """Sent as JSON; bytes as they are."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    """Close the connection in the middle of the body."""
    torrent: Torrent | None = None
    """Send a body that never ends well instead."""


async def read(scope: Scope, receive: Receive) -> Call:
    chunks = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            break
    return Call(
        method=scope["method"],
        parts=tuple(part for part in scope["path"].split("/") if part),
        query=dict(parse_qsl(scope["query_string"].decode("latin-1"))),
        headers={key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]},
        raw=b"".join(chunks),
        port=(scope.get("server") or ("", 0))[1] or 0,
    )


async def reply(answer: Answer, send: Send) -> None:
    body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body, separators=(",", ":")).encode()
    headers = {"content-type": "application/json; charset=UTF-8", "content-length": str(len(body)), MARK: "1"}
    headers.update(answer.headers)
    if answer.torrent:
        await pour(answer.torrent, answer.status, headers, body, send)
        return
    if answer.cut:
        body, headers = body[: len(body) // 2], {**headers, "connection": "close"}
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded(headers)})
    await send({"type": "http.response.body", "body": body})


async def pour(torrent: Torrent, status: int, headers: dict[str, str], body: bytes, send: Send) -> None:
    unsized = {name: value for name, value in headers.items() if name != "content-length"}
    start = {"status": status, "headers": encoded({**unsized, **torrents.headers_of(torrent)})}
    await send({"type": "http.response.start", **start})
    async for chunk in torrents.chunks_of(torrent, body):
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
