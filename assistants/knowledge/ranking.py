"""BM25 over any kind of token, in memory that ten thousand passages leave room beside.

Lucene's variant: idf = ln(1 + (N - n + 0.5) / (n + 0.5)), tf = f / (f + k1 * (1 - b + b * length / average)).
A library that keeps lists of tokens takes three times the memory for character runs (docs/adr/0020).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Tokenizer = Callable[[str], Sequence[str]]
Integers = npt.NDArray[Any]
K1, B = 1.5, 0.75
MANY, COMMON = 2_000, 0.1
BLOCK = 2**20
"""What is worked out for all pairs of token and text is worked out for so many at a time."""


class Ranker:
    """Immutable. `scores` gives one number per text, 0 where nothing is shared."""

    def __init__(self, tokens: Tokenizer, vocabulary: Iterable[str], gaps: Integers, size: int) -> None:
        """`gaps` are the differences between the sorted keys `token * size + text`, one key for each occurrence."""
        self._tokens = tokens
        self._ids = {token: number for number, token in enumerate(vocabulary)}
        self._gaps = gaps
        self._size = size
        keys, counts = _counted(gaps)
        self._texts = np.empty(len(keys), dtype=np.int32)
        tokens_of = np.empty(len(keys), dtype=np.int32)
        for block in _blocks(len(keys)):
            tokens_of[block], self._texts[block] = np.divmod(keys[block], max(size, 1))
        del keys
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(tokens_of, minlength=len(self._ids)))])
        self._weights = self._weighed(tokens_of, counts)

    @classmethod
    def of(cls, texts: Iterable[str], tokens: Tokenizer) -> "Ranker":
        ids: dict[str, int] = {}
        occurrences = [
            np.fromiter((ids.setdefault(token, len(ids)) for token in tokens(text)), dtype=np.int32) for text in texts
        ]
        size = len(occurrences)
        keys = np.empty(sum(map(len, occurrences)), dtype=np.int64)
        end = 0
        for number, found in enumerate(occurrences):
            start, end = end, end + len(found)
            np.add(found.astype(np.int64) * size, number, out=keys[start:end])
        del occurrences
        keys.sort()
        keys[1:] -= keys[:-1].copy()
        gaps = keys.astype(np.min_scalar_type(int(keys.max(initial=0))))
        del keys
        return cls(tokens, ids, gaps, size)

    def _weighed(self, tokens_of: Integers, counts: Integers) -> npt.NDArray[np.float32]:
        found_in = np.diff(self._starts)
        idf = np.log1p((self._size - found_in + 0.5) / (found_in + 0.5)).astype(np.float32)
        lengths = np.bincount(self._texts, weights=counts, minlength=self._size)
        average = float(lengths.mean()) if self._size else 0.0
        norm = (K1 * (1 - B + B * lengths / (average or 1.0))).astype(np.float32)
        weights = np.empty(len(counts), dtype=np.float32)
        for block in _blocks(len(counts)):
            tf = counts[block].astype(np.float32)
            weights[block] = idf[tokens_of[block]] * tf / (tf + norm[self._texts[block]])
        return weights

    def scores(self, question: str) -> npt.NDArray[np.float64]:
        known = self._telling([self._ids[token] for token in self._tokens(question) if token in self._ids])
        if not known:
            return np.zeros(self._size)
        spans = [slice(self._starts[token], self._starts[token + 1]) for token in known]
        texts = np.concatenate([self._texts[span] for span in spans])
        weights = np.concatenate([self._weights[span] for span in spans])
        return np.bincount(texts, weights=weights, minlength=self._size).astype(np.float64, copy=False)

    def _telling(self, known: list[int]) -> list[int]:
        """Of many texts, tokens that a tenth of them have tell little and cost most of the time."""
        if self._size < MANY:
            return known
        most = self._size * COMMON
        return [token for token in known if self._starts[token + 1] - self._starts[token] <= most] or known

    def dump(self) -> tuple[list[str], Integers]:
        """The vocabulary and the gaps that make the same ranker again."""
        return list(self._ids), self._gaps


def _counted(gaps: Integers) -> tuple[Integers, Integers]:
    """The distinct keys, and how often each occurs."""
    is_first = gaps != 0
    is_first[:1] = True
    places = np.flatnonzero(is_first).astype(np.int32)
    counts = np.diff(places, append=np.int32(len(gaps)))
    return np.cumsum(gaps, dtype=np.int64)[places], counts


def _blocks(length: int) -> Iterator[slice]:
    return (slice(start, start + BLOCK) for start in range(0, length, BLOCK))
