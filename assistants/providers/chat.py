"""A completion by our own policy: two tries within one deadline, parameters negotiated, a breaker before the server.

The library's own would wait 600 s, obey a `Retry-After` of two minutes, and retry a quota that is used up.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assistants.knowledge.passages import sentences
from assistants.providers.base import Cancelled, ProviderError, Watch
from assistants.providers.failures import THOUGHT_TOO_LONG, Failure, failure_of
from assistants.providers.servers import Endpoint, Server, server_of
from assistants.providers.steps import LOOK_SECONDS
from assistants.providers.stream import Call, Timeouts, Written

TRIES = 2
PAUSE_SECONDS = 0.3
LONGEST_WAIT_SECONDS = 5.0
"""A server that asks for more patience is given up: the customer waits too."""


@dataclass
class Chat:
    """One reply's conversation with a server: all its completions share the deadline."""

    endpoint: Endpoint
    timeouts: Timeouts
    deadline: float
    tries: list[str] = field(default_factory=list)
    """How each try ended, in order."""

    def complete(self, messages: Sequence[dict[str, Any]], options: dict[str, Any], watch: Watch) -> Written:
        """A whole text with its finish reason. Raises ProviderError, or Cancelled."""
        request = {
            "model": self.endpoint.model,
            "messages": messages,
            "stream": True,
            "stream_options": {"include_usage": True},
            **options,
        }
        patience = TRIES
        while True:
            try:
                return self._ask(request, watch)
            except Failure as failure:
                learnt = self._server.manners.learn(failure)  # a request that is put differently costs no try
                patience -= not learnt
                if not learnt and not (patience and failure.retryable and failure.wait <= LONGEST_WAIT_SECONDS):
                    raise ProviderError(failure.code, tries=self.tries) from failure
                if failure.spoke:  # pieces cannot be taken back, so the next try is written unheard
                    watch = Watch(cancelled=watch.cancelled)
                if not learnt:
                    self._pause(failure.wait, watch)

    def _ask(self, request: dict[str, Any], watch: Watch) -> Written:
        if not self._server.breaker.lets_through():
            raise Failure("circuit_open", retryable=False)
        with Call(self.endpoint, self.timeouts, self.deadline, watch) as call:
            try:
                written = finished(call.run(self._server.manners.dress(request)))
            except Cancelled:
                raise
            except Exception as error:
                failure = error if isinstance(error, Failure) else failure_of(error)
                failure.spoke = bool(call.written.text)
                self._report(failure)
                raise failure from error
        self.tries.append("ok")
        self._server.breaker.succeeded()
        return written

    def _report(self, failure: Failure) -> None:
        self.tries.append(failure.code)
        self._server.failed(failure)

    def _pause(self, asked: float, watch: Watch) -> None:
        until = time.monotonic() + max(asked, PAUSE_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
        while (left := min(until, self.deadline) - time.monotonic()) > 0:
            if watch.cancelled():
                raise Cancelled
            time.sleep(min(left, LOOK_SECONDS))

    @property
    def _server(self) -> Server:
        return server_of(self.endpoint.base_url, self.endpoint.model)


def finished(written: Written) -> Written:
    """The text as it may be used. Raises Failure for one that is missing its end: it looks like any other."""
    if not written.finish_reason:  # a call without its end is as little worth as a text
        raise Failure("cut_short", retryable=True)
    if written.finish_reason == "content_filter":
        raise Failure("content_filter", retryable=False, blames_server=False)
    if written.calls and written.finish_reason != "length":
        return written
    if written.finish_reason == "length":
        return replace(written, text=_to_last_sentence(written.text), calls=[])
    if not written.text.strip():
        raise Failure("empty", retryable=True)
    return written


def _to_last_sentence(text: str) -> str:
    if not text.strip():
        raise Failure(THOUGHT_TOO_LONG, retryable=False, blames_server=False)
    *whole, last = sentences(text)
    if last.endswith((".", "!", "?", "…")):
        whole.append(last)
    if not whole:
        raise Failure("length", retryable=False, blames_server=False)
    return text[: text.rindex(whole[-1]) + len(whole[-1])]
