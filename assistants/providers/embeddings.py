"""Embeddings of any server that speaks OpenAI's, under our own clocks. What comes back may be anything."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
from django.conf import settings
from openai.types import CreateEmbeddingResponse

from assistants.providers.base import ProviderError
from assistants.providers.failures import Failure, failure_of
from assistants.providers.servers import Endpoint, client_of, endpoint_of, server_of
from assistants.providers.steps import LOOK_SECONDS, Steps

PAUSE_SECONDS = 0.3
LONGEST_WAIT_SECONDS = 5.0
LONGEST_TEXT = 4_000
"""In characters; models take 8,192 tokens, or less."""


@dataclass(frozen=True)
class Embedded:
    vectors: npt.NDArray[np.float32]
    """One row for each text, of length 1."""
    tokens: int


@dataclass(frozen=True)
class Wish:
    model: str
    seconds: float
    """For each try."""
    tries: int = 1
    dimensions: int = 0
    """How many are expected; 0: any."""


def embed(texts: Sequence[str], wish: Wish, look_up: Callable[[], object] = bool) -> Embedded:
    """Raises ProviderError, and what `look_up` raises, which is called while it waits."""
    endpoint = endpoint_of(wish.model)
    tries = wish.tries
    while True:
        tries -= 1
        try:
            return _ask(endpoint, texts, wish, look_up)
        except Failure as failure:
            if not (tries and failure.retryable and failure.wait <= LONGEST_WAIT_SECONDS):
                raise ProviderError(failure.code) from failure
            _pause(failure.wait, look_up)


def _ask(endpoint: Endpoint, texts: Sequence[str], wish: Wish, look_up: Callable[[], object]) -> Embedded:
    server = server_of(endpoint.base_url, endpoint.model)
    if not server.breaker.lets_through():
        raise Failure("circuit_open", retryable=False)
    limit = time.monotonic() + wish.seconds
    try:
        with Steps(limit, look_up) as steps:
            found: Embedded = steps.run(_request(endpoint, texts, wish.dimensions), limit)
    except (Failure, TimeoutError) as error:
        failure = error if isinstance(error, Failure) else failure_of(error)
        server.failed(failure)
        raise failure from error
    server.breaker.succeeded()
    return found


async def _request(endpoint: Endpoint, texts: Sequence[str], dimensions: int) -> Embedded:
    try:
        async with client_of(endpoint, settings.EMBEDDING_TIMEOUTS["connect"]) as client:
            cut = [text[:LONGEST_TEXT] for text in texts]
            # Not every server knows the library's default, base64.
            answer = await client.embeddings.create(model=endpoint.model, input=cut, encoding_format="float")
            return Embedded(_checked(answer, len(cut), dimensions), _tokens(answer))
    except Failure:
        raise
    except (AttributeError, TypeError, LookupError) as error:  # the library checks no shape
        raise Failure("bad_data", retryable=True) from error
    except Exception as error:
        raise failure_of(error) from error


def _tokens(answer: CreateEmbeddingResponse) -> int:
    """Servers that cost nothing may leave the usage out."""
    usage = cast("object", answer.usage)
    return int(getattr(usage, "total_tokens", 0) or 0)


def _checked(answer: CreateEmbeddingResponse, count: int, dimensions: int) -> npt.NDArray[np.float32]:
    ordered = sorted(answer.data, key=lambda each: each.index)
    rows = np.array([each.embedding for each in ordered], dtype=np.float64)
    if rows.ndim != 2 or len(rows) != count or not rows.size:  # noqa: PLR2004 - texts by dimensions
        raise Failure("bad_data", retryable=True)
    largest = np.abs(rows).max(axis=1, keepdims=True)
    if not (np.isfinite(largest) & (largest > 0)).all():
        raise Failure("bad_data", retryable=True)
    if dimensions and rows.shape[1] != dimensions:
        raise Failure("wrong_dimension", retryable=False)
    rows = rows / largest  # so that no square overflows
    vectors: npt.NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return vectors


def _pause(asked: float, look_up: Callable[[], object]) -> None:
    until = time.monotonic() + max(asked, PAUSE_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
    while (left := until - time.monotonic()) > 0:
        look_up()
        time.sleep(min(left, LOOK_SECONDS))
