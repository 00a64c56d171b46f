"""One streamed completion, under our own clocks.

The library's read timeout starts anew with every byte, so a server that drips is waited for without end, and nobody can
interrupt the wait. Here each wait has its limit (`steps`), and the caller's callbacks run between them.
"""

import time
from dataclasses import dataclass, field
from typing import Any, Self, cast

import openai
from openai.types.chat import ChatCompletionChunk
from openai.types.chat.chat_completion_chunk import ChoiceDeltaToolCall

from assistants.providers.base import Cancelled, Watch
from assistants.providers.failures import Failure
from assistants.providers.servers import Endpoint, client_of
from assistants.providers.steps import LOOK_SECONDS, Steps
from assistants.tools import ToolCall

MOST_CHARACTERS = 20_000
MOST_CALLS = 16


@dataclass(frozen=True)
class Timeouts:
    """In seconds."""

    connect: float
    first_token: float
    between_chunks: float
    total: float


@dataclass
class Written:
    """What a model wrote, as far as it came."""

    text: str = ""
    finish_reason: str = ""
    model: str = ""
    usage: dict[str, int] = field(default_factory=dict)
    first_token_seconds: float | None = None
    calls: list[ToolCall] = field(default_factory=list)
    """In the order in which the model began them."""

    def take(self, chunk: object) -> str:
        """Add a chunk; its text. Raises Failure for what is no chunk: the library checks no shape."""
        try:
            return self._take(cast("ChatCompletionChunk", chunk))
        except (AttributeError, TypeError, LookupError) as error:
            raise Failure("bad_data", retryable=True) from error

    def _take(self, chunk: ChatCompletionChunk) -> str:
        self.model = chunk.model or self.model
        if chunk.usage:
            self.usage = {
                "prompt_tokens": chunk.usage.prompt_tokens,
                "completion_tokens": chunk.usage.completion_tokens,
            }
        if not chunk.choices:  # the chunk that carries the usage has none, and some servers open with such a one
            return ""
        choice = chunk.choices[0]
        self.finish_reason = choice.finish_reason or self.finish_reason
        for part in choice.delta.tool_calls or ():
            self._take_call(part)
        piece = choice.delta.content or ""
        self.text += piece
        return piece

    def _take_call(self, part: ChoiceDeltaToolCall) -> None:
        """A call comes in pieces, its id and name first. What has no id goes on with the last one: not every server
        counts its calls.
        """
        is_new = bool(part.id) and all(call.id != part.id for call in self.calls)
        if is_new or part.index >= len(self.calls):
            self.calls.append(ToolCall(part.id or f"call_{part.index}", "", ""))
        call, function = self.calls[-1], part.function
        name, arguments = (function.name, function.arguments) if function else (None, None)
        self.calls[-1] = ToolCall(call.id, call.name or name or "", call.arguments + (arguments or ""))
        if len(self.calls) > MOST_CALLS or len(self.calls[-1].arguments) > MOST_CHARACTERS:
            raise Failure("endless", retryable=False)


class Call:
    """One request. Use it as a context: leaving it closes the connection, whatever the server still sends."""

    def __init__(self, endpoint: Endpoint, timeouts: Timeouts, deadline: float, watch: Watch) -> None:
        self._timeouts = timeouts
        self._watch = watch
        self._endpoint = endpoint
        self._steps = Steps(deadline, self._look_up)
        self._looks_again_at = 0.0
        self.written = Written()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._steps.__exit__()

    def run(self, request: dict[str, Any]) -> Written:
        """Read the stream to its end. Raises Cancelled, Failure, TimeoutError and what the library raises."""
        started = time.monotonic()
        first = started + self._timeouts.first_token
        client = client_of(self._endpoint, self._timeouts.connect)
        stream = self._steps.run(client.chat.completions.create(**request), first)
        limit = first
        while (chunk := self._steps.run(_next(stream), limit)) is not None:
            self._hear(self.written.take(chunk), started)
            self._look_up()  # after the piece, which would wait for the query
            limit = time.monotonic() + self._timeouts.between_chunks
        self._steps.run(client.close(), limit)
        return self.written

    def _hear(self, piece: str, started: float) -> None:
        if not piece:
            return
        if self.written.first_token_seconds is None:
            self.written.first_token_seconds = round(time.monotonic() - started, 3)
        if len(self.written.text) > MOST_CHARACTERS:
            raise Failure("endless", retryable=False)
        self._watch.on_delta(piece)

    def _look_up(self) -> None:
        """Ask whether the answer is still wanted, but not for every token: the question may cost a query."""
        now = time.monotonic()
        if now >= self._looks_again_at:
            self._looks_again_at = now + LOOK_SECONDS
            if self._watch.cancelled():
                raise Cancelled


async def _next(stream: openai.AsyncStream[ChatCompletionChunk]) -> ChatCompletionChunk | None:
    return await anext(stream, None)
