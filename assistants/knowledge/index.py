"""Finding passages: BM25 over stems and BM25 over character runs, added as z-scores.

By z-score and not by rank: where one of the two is weak, ranks would let it pull the strong one down.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from bm25s import BM25

from assistants.knowledge.evidence import Evidence
from assistants.knowledge.passages import Passage
from assistants.knowledge.words import gram_tokens, stem_tokens, words

Tokenizer = Callable[[str], list[str]]
CANDIDATES = 10
# The library sets its own logger to DEBUG when it is imported, over whatever the settings say.
logging.getLogger("bm25s").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Hit:
    passage: Passage
    score: float
    """Of the fused ranking; comparable within one search only."""
    confidence: float
    """How much of the question the passage explains, 0 to 1; comparable between searches."""


class Index:
    """Immutable after it is built, so threads share it."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = list(passages)
        texts = [(number, text) for number, passage in enumerate(passages) for text in _texts(passage)]
        self._owners = np.array([number for number, _ in texts], dtype=np.int64)
        tokenizers = (stem_tokens, gram_tokens) if texts else ()
        self._rankers = [_Ranker([text for _, text in texts], tokens) for tokens in tokenizers]
        self._evidence = Evidence(self.passages)

    def search(self, question: str, ignoring: Sequence[str] = ()) -> list[Hit]:
        """The ten best passages, best first. Words to ignore are names that say nothing about the matter."""
        asked = [word for word in words(question) if word not in ignoring]
        if not self.passages or not asked:
            return []
        fused = self._fused(" ".join(asked))
        order = np.argsort(-fused, kind="stable")[:CANDIDATES]
        weighed = self._evidence.weigh(asked, [int(number) for number in order])
        hits = [
            Hit(self.passages[number], float(fused[number]), confidence)
            for number, confidence in zip(order, weighed, strict=True)
        ]
        return sorted(hits, key=lambda hit: (-hit.confidence, -hit.score))

    def _fused(self, question: str) -> npt.NDArray[np.float64]:
        by_text = np.sum([_z_scores(ranker.scores(question)) for ranker in self._rankers], axis=0)
        by_passage = np.full(len(self.passages), -np.inf)
        np.maximum.at(by_passage, self._owners, by_text)
        return by_passage


class _Ranker:
    def __init__(self, texts: Sequence[str], tokens: Tokenizer) -> None:
        self._tokens = tokens
        self._size = len(texts)
        self._bm25 = BM25()
        self._bm25.index([tokens(text) or [""] for text in texts], show_progress=False)

    def scores(self, question: str) -> npt.NDArray[np.float64]:
        known = self._bm25.get_tokens_ids(self._tokens(question))
        if not known:
            return np.zeros(self._size)
        return np.asarray(self._bm25.get_scores_from_ids(known), dtype=np.float64)


def _texts(passage: Passage) -> list[str]:
    """Each phrasing on its own, so a short question meets a short text; the answer's words with the question's."""
    head = passage.questions[0] if passage.questions else passage.title
    return [*passage.questions, f"{head} {passage.text}"]


def _z_scores(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    spread = scores.std()
    return (scores - scores.mean()) / spread if spread else np.zeros_like(scores)
