"""BM25 over any kind of token, in memory that ten thousand passages leave room beside.

Lucene's variant: idf = ln(1 + (N - n + 0.5) / (n + 0.5)), tf = f / (f + k1 * (1 - b + b * length / average)).
A library that keeps lists of tokens takes three times the memory for character runs (benchmarks/knowledge.py).
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

Tokenizer = Callable[[str], Sequence[str]]
Arrays = dict[str, npt.NDArray[np.generic]]
K1, B = 1.5, 0.75


class Ranker:
    """Immutable. `scores` gives one number per text, 0 where nothing is shared."""

    def __init__(self, tokens: Tokenizer, vocabulary: Iterable[str], gaps: npt.NDArray[np.generic], size: int) -> None:
        """`gaps` are the differences between the sorted keys `token * size + text`, one key for each occurrence."""
        self._tokens = tokens
        self._ids = {token: number for number, token in enumerate(vocabulary)}
        self._gaps = gaps
        self._size = size
        keys, counts = np.unique(np.cumsum(gaps, dtype=np.int64), return_counts=True)
        self._texts = (keys % max(size, 1)).astype(np.int32)
        token_of = keys // max(size, 1)
        found_in = np.bincount(token_of, minlength=len(self._ids))
        self._starts = np.concatenate([[0], np.cumsum(found_in)])
        lengths = np.bincount(self._texts, weights=counts, minlength=size)
        norm = (K1 * (1 - B + B * lengths / (lengths.mean() or 1.0))).astype(np.float32) if size else lengths
        idf = np.log1p((size - found_in + 0.5) / (found_in + 0.5)).astype(np.float32)
        tf = counts.astype(np.float32)
        self._weights = idf[token_of] * tf / (tf + norm[self._texts])

    @classmethod
    def of(cls, texts: Iterable[str], tokens: Tokenizer) -> "Ranker":
        ids: dict[str, int] = {}
        occurrences = [
            np.fromiter((ids.setdefault(token, len(ids)) for token in tokens(text)), dtype=np.int32) for text in texts
        ]
        lengths = [len(each) for each in occurrences]
        size = len(lengths)
        keys = np.concatenate([*occurrences, np.zeros(0, dtype=np.int32)]).astype(np.int64)
        del occurrences
        keys *= size
        keys += np.repeat(np.arange(size, dtype=np.int32), lengths)
        keys.sort()
        gaps = np.diff(keys, prepend=0)
        return cls(tokens, ids, gaps.astype(np.min_scalar_type(gaps.max(initial=0))), size)

    def scores(self, question: str) -> npt.NDArray[np.float64]:
        known = [self._ids[token] for token in self._tokens(question) if token in self._ids]
        if not known:
            return np.zeros(self._size)
        spans = [slice(self._starts[token], self._starts[token + 1]) for token in known]
        texts = np.concatenate([self._texts[span] for span in spans])
        weights = np.concatenate([self._weights[span] for span in spans])
        return np.bincount(texts, weights=weights, minlength=self._size).astype(np.float64, copy=False)

    def dump(self) -> tuple[list[str], npt.NDArray[np.generic]]:
        """The vocabulary and the gaps that make the same ranker again."""
        return list(self._ids), self._gaps
