"""What the questions of one reply mean: two seconds for all of them, and after a failure words alone have to do."""

import threading
import time
from collections import OrderedDict

from django.conf import settings

from assistants.knowledge.index import Index
from assistants.knowledge.vectors import Meaning, Vector
from assistants.providers.base import Cancelled, ProviderError, Watch
from assistants.providers.embeddings import Wish, embed
from assistants.registry import embedding_model

KEPT_SECONDS = 300.0
MOST_KEPT = 256
LEAST_SECONDS = 0.2
"""With less left nothing is asked: that a server is too slow for it says nothing about the server."""

Key = tuple[str, str, int, str]
"""Server, model, dimensions, text."""


class _Memory:
    """A reply that is begun anew, and the turn after it, ask the same."""

    def __init__(self) -> None:
        self._held: OrderedDict[Key, tuple[float, Vector]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Vector | None:
        with self._lock:
            until, vector = self._held.get(key, (0.0, None))
            return vector if time.monotonic() < until else None

    def put(self, key: Key, vector: Vector) -> None:
        with self._lock:
            self._held[key] = (time.monotonic() + KEPT_SECONDS, vector)
            self._held.move_to_end(key)
            while len(self._held) > MOST_KEPT:
                self._held.popitem(last=False)


_memory = _Memory()


class Meanings:
    def __init__(self, watch: Watch, tries: list[str]) -> None:
        """A failure is added to `tries`, as the record of the reply keeps it."""
        self._watch = watch
        self._tries = tries
        self._seconds = settings.EMBEDDING_TIMEOUTS["question"]

    def of(self, index: Index, *texts: str) -> list[Meaning | None]:
        """None for each where the version has no vectors of the model that is set, or the server gives none.

        Raises Cancelled and nothing else.
        """
        vectors = index.vectors
        if vectors is None or vectors.model != embedding_model():
            return [None] * len(texts)
        keys = [(settings.OPENAI_BASE_URL, vectors.model, vectors.rows.shape[1], text) for text in texts]
        found = {key: _memory.get(key) for key in keys}
        missing = [key for key, vector in found.items() if vector is None and key[3].strip()]
        if missing and self._seconds >= LEAST_SECONDS:
            found |= self._ask(missing)
        return [None if (vector := found[key]) is None else Meaning(vector) for key in keys]

    def _ask(self, keys: list[Key]) -> dict[Key, Vector]:
        started = time.monotonic()
        _, model, dimensions, _ = keys[0]
        wish = Wish(model, self._seconds, dimensions=dimensions)
        try:
            rows = embed([text for *_, text in keys], wish, self._still_wanted).vectors
        except ProviderError as error:
            self._tries.append(f"embeddings_{error.code}")
            self._seconds = 0.0
            return {}
        self._seconds -= time.monotonic() - started
        for key, row in zip(keys, rows, strict=True):
            _memory.put(key, row)
        return dict(zip(keys, rows, strict=True))

    def _still_wanted(self) -> None:
        if self._watch.cancelled():
            raise Cancelled
