"""Finding passages: BM25 over stems, BM25 over character runs and, where they help, embeddings, added as z-scores.

By z-score and not by rank: where one of the two is weak, ranks would let it pull the strong one down.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from assistants.knowledge import blob
from assistants.knowledge.classifier import Classifier
from assistants.knowledge.evidence import Evidence, Lexis
from assistants.knowledge.passages import Passage
from assistants.knowledge.query import Query
from assistants.knowledge.quoting import quote
from assistants.knowledge.ranking import Ranker
from assistants.knowledge.tuning import Tuning
from assistants.knowledge.vectors import Meaning, Vectors
from assistants.knowledge.words import gram_tokens, stem_tokens
from assistants.languages import detect

Item = TypeVar("Item")
METHOD = "5"
"""Raise it when the same passages make another index: then even unchanged knowledge is trained anew, and what was
stored by an older release is built again from its passages when it is read.
"""
CANDIDATES = 10
TOKENIZERS = {"stems": stem_tokens, "grams": gram_tokens}
KNOWN = {field.name for field in fields(Tuning)}
UNSEEN = -1e9
"""The score of what a search must not see."""


@dataclass(frozen=True)
class Hit:
    passage: Passage
    score: float
    """Of the fused ranking; comparable within one search only."""
    confidence: float
    """How much of the question the passage explains, 0 to 1; comparable between searches."""
    query: Query
    """What was asked, as it was read."""
    likely: float = 0.0
    """How likely people mean this one, by the phrasings that were learnt; 0 where nothing was."""


@dataclass(frozen=True)
class HeldBack:
    """What a search in an evaluation must not know: whole passages, or one phrasing (passage, number) of one."""

    passages: frozenset[int] = frozenset()
    phrasing: tuple[int, int] | None = None


NOTHING = HeldBack()


class Index:
    """Immutable after it is built, so threads share it."""

    def __init__(self, passages: Sequence[Passage], rankers: dict[str, Ranker], lexis: Lexis, tuning: Tuning) -> None:
        self.passages = passages
        self.tuning = tuning
        self._rankers = rankers
        self._lexis = lexis
        self._evidence = Evidence(lexis)
        self.classifier: Classifier | None = None
        self.vectors: Vectors | None = None
        counts = [len(_texts(passage)) for passage in passages]
        self._owners = np.repeat(np.arange(len(passages)), counts)
        self._first = np.cumsum([0, *counts])

    @classmethod
    def of(cls, passages: Sequence[Passage], look_up: Callable[[], object] = bool) -> "Index":
        """`look_up` is called now and then: ten thousand passages take some seconds."""
        texts = [text for passage in passages for text in _texts(passage)]
        rankers = {name: Ranker.of(_watched(texts, look_up), tokens) for name, tokens in TOKENIZERS.items()}
        return cls(list(passages), rankers, Lexis.of(_watched(passages, look_up)), Tuning())

    def tuned(self, tuning: Tuning) -> "Index":
        """The same knowledge, otherwise weighed."""
        same = copy(self)
        same.tuning = tuning
        return same

    def classified(self, classifier: Classifier | None) -> "Index":
        """The same knowledge, with what its phrasings teach."""
        same = copy(self)
        same.classifier = classifier
        return same

    def embedded(self, vectors: Vectors | None) -> "Index":
        """The same knowledge, with what its passages mean."""
        same = copy(self)
        same.vectors = vectors
        return same

    def search(  # noqa: PLR0913 - what is asked, and what an evaluation holds back
        self,
        question: str,
        ignoring: Sequence[str] = (),
        held_back: HeldBack = NOTHING,
        *,
        aside: str = "",
        language: str = "",
        meaning: Meaning | None = None,
    ) -> list[Hit]:
        """The ten best passages, best first. Words to ignore are names that say nothing about the matter.

        With a meaning, what the evidence says too little about stands in the order of the ranking.
        """
        query = self.read(question, aside, ignoring)
        if not self.passages or not (query.words or query.wants):
            return []
        meaning = meaning if self.vectors and self.tuning.meaning else None
        fused = self._fused(" ".join([*(word.text for word in query.words), *sorted(query.wants)]), held_back, meaning)
        order = [int(number) for number in _best(fused) if fused[number] > UNSEEN]
        found = [self._passage(number, held_back) for number in order]
        weighed = self._evidence.weigh(query, found, language or detect(question))
        likely = self.classifier.likely(question) if self.classifier and self.tuning.likely <= 1 else {}
        hits = [
            Hit(self.passages[number], float(fused[number]), confidence, query, likely.get(number, 0.0))
            for number, confidence in zip(order, weighed, strict=True)
        ]
        least = self.tuning.close if meaning else 0.0
        return sorted(hits, key=lambda hit: (-hit.confidence if hit.confidence >= least else 0.0, -hit.score))

    def read(self, question: str, aside: str = "", ignoring: Sequence[str] = ()) -> Query:
        return self._evidence.query(question, aside, ignoring)

    def quote(self, passage: Passage, query: Query) -> str:
        """What of the passage answers the question, word for word."""
        return quote(passage, query, self._evidence)

    def _fused(self, question: str, held_back: HeldBack, meaning: Meaning | None) -> npt.NDArray[np.float64]:
        weights = {"stems": 1.0, "grams": self.tuning.grams}
        by_text = np.sum(
            [weights[name] * _z_scores(ranker.scores(question)) for name, ranker in self._rankers.items()], axis=0
        )
        if held_back.phrasing:
            by_text[self._first[held_back.phrasing[0]] + held_back.phrasing[1]] = UNSEEN
        by_passage = np.maximum.reduceat(by_text, self._first[:-1])
        if meaning and self.vectors:
            near = self.vectors.rows @ meaning.question
            if held_back.phrasing and meaning.passage is not None:
                near[held_back.phrasing[0]] = meaning.passage @ meaning.question
            by_passage += self.tuning.meaning * _z_scores(near.astype(np.float64))
        by_passage[list(held_back.passages)] = UNSEEN
        return by_passage

    def _passage(self, number: int, held_back: HeldBack) -> Passage:
        passage = self.passages[number]
        if held_back.phrasing and held_back.phrasing[0] == number:
            left = [text for i, text in enumerate(passage.questions) if i != held_back.phrasing[1]]
            return replace(passage, questions=tuple(left))
        return passage

    def dump(self) -> bytes:
        """The whole index as one value for the database."""
        arrays: dict[str, npt.NDArray[np.generic]] = {}
        facts: dict[str, Any] = {
            "method": METHOD,
            "passages": [asdict(passage) for passage in self.passages],
            "tuning": asdict(self.tuning),
            "words": list(self._lexis.words),
            "frequency": dict(self._lexis.frequency),
            "vocabularies": {},
        }
        for name, ranker in self._rankers.items():
            facts["vocabularies"][name], arrays[name] = ranker.dump()
        if self.classifier:
            arrays |= {"classes": self.classifier.classes, "classifier": self.classifier.weights}
        if self.vectors:
            facts["embedding_model"], arrays["vectors"] = self.vectors.model, self.vectors.rows
        return blob.pack(facts, arrays)

    @classmethod
    def load(cls, stored: bytes) -> "Index":
        """Raises blob.Unreadable."""
        facts, arrays = blob.unpack(stored)
        passages = [Passage(**{**each, "questions": tuple(each["questions"])}) for each in facts["passages"]]
        tuning = Tuning(**{name: value for name, value in facts["tuning"].items() if name in KNOWN})
        vectors = (
            Vectors(facts["embedding_model"], arrays["vectors"].astype(np.float32)) if "vectors" in arrays else None
        )
        if facts.get("method") != METHOD:
            return cls.of(passages).tuned(tuning).embedded(vectors)
        size = sum(len(_texts(passage)) for passage in passages)
        rankers = {
            name: Ranker(tokens, facts["vocabularies"][name], arrays[name], size) for name, tokens in TOKENIZERS.items()
        }
        lexis = Lexis(facts["words"], facts["frequency"], len(passages))
        index = cls(passages, rankers, lexis, tuning).embedded(vectors)
        is_classified = "classifier" in arrays
        return index.classified(Classifier(arrays["classes"], arrays["classifier"])) if is_classified else index


def _watched(items: Iterable[Item], look_up: Callable[[], object]) -> Iterator[Item]:
    for item in items:
        look_up()
        yield item


def _texts(passage: Passage) -> list[str]:
    """Each phrasing on its own, so a short question meets a short text; the answer's words with the question's."""
    head = passage.questions[0] if passage.questions else f"{passage.title} {passage.heading}"
    return [*passage.questions, f"{head} {passage.text}"]


def _best(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """The numbers of the ten highest, the earlier one first where two are equal."""
    if len(scores) > CANDIDATES:
        least = np.partition(scores, -CANDIDATES)[-CANDIDATES]
        above = np.flatnonzero(scores >= least)
        return above[np.argsort(-scores[above], kind="stable")][:CANDIDATES]
    return np.argsort(-scores, kind="stable")


def _z_scores(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    spread = scores.std()
    return (scores - scores.mean()) / spread if spread else np.zeros_like(scores)
