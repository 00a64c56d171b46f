"""Embeddings of what is learnt: asked of a server that may fail, kept only where held-back questions gain by them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import comb
from time import monotonic
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings

from assistants import registry
from assistants.knowledge.classifier import Folds
from assistants.knowledge.index import Index
from assistants.knowledge.passages import Passage
from assistants.knowledge.problems import problem
from assistants.knowledge.vectors import Meaning, Vector, Vectors, told
from assistants.models import TrainingRun
from assistants.providers.base import ProviderError
from assistants.training.calibration import Asked, Results, ask, is_said, mean_reciprocal_rank, recall
from assistants.training.progress import Progress
from assistants.training.questions import Exam, Question

BATCH = 64
TRIES = 3
MOST_PASSAGES = 50_000
MOST_NUMBERS = MOST_PASSAGES * 1_536
"""300 MB, which a process holds as long as it answers from them."""
WEIGHTS = (1.0, 3.0)
CHANCE = 0.05 / len(WEIGHTS)
"""So likely may chance alone bring a gain that counts."""
FEWEST = 6
"""Fewer questions cannot gain more than chance brings."""


@dataclass
class Embedding:
    """As far as it came."""

    model: str = ""
    """Empty: none is set."""
    tokens: int = 0
    problem: dict[str, Any] | None = None
    vectors: Vectors | None = None
    meanings: dict[Question, Meaning] = field(default_factory=dict)
    compared: dict[str, Any] = field(default_factory=dict)
    used: bool = False

    @property
    def failed(self) -> bool:
        """Whether the next training may fare better with the same knowledge."""
        return self.problem is not None and self.problem["code"] == "embeddings_failed"

    def report(self) -> dict[str, Any] | None:
        if not self.model:
            return None
        told = {"model": self.model, "used": self.used, "problem": self.problem, "tokens": self.tokens}
        return {**told, "lexical": None, "fused": None, **self.compared}


def embedding_of(passages: Sequence[Passage], exam: Exam, progress: Progress) -> Embedding:
    """Never fails for what a server does."""
    embedding = Embedding(registry.embedding_model())
    if not embedding.model:
        return embedding
    if len(passages) > MOST_PASSAGES:
        embedding.problem = problem("embeddings_too_many", limit=MOST_PASSAGES)
    elif len(exam.known) < FEWEST:
        embedding.problem = problem("embeddings_untestable", least=FEWEST)
    else:
        try:
            _embed(embedding, passages, exam, progress)
        except ProviderError as error:
            embedding.problem = problem("embeddings_failed", error=error.code)
    return embedding


def _embed(embedding: Embedding, passages: Sequence[Passage], exam: Exam, progress: Progress) -> None:
    """Passages, questions, and each known question's passage without the phrasing that is held back."""
    blind = {
        question: told(passages[question.held_back.phrasing[0]], question.held_back.phrasing[1])
        for question in exam.known
        if question.held_back.phrasing
    }
    questions = [*exam.known, *exam.near_misses, *exam.off_topic]
    asked = list(dict.fromkeys([*(question.text for question in questions), *blind.values()]))
    rows = _rows(embedding, [*asked, *map(told, passages)], progress)
    vectors: dict[str, Vector] = dict(zip(asked, rows, strict=False))
    embedding.vectors = Vectors(embedding.model, rows[len(asked) :].copy())
    for question in questions:
        passage = vectors[blind[question]] if question in blind else None
        embedding.meanings[question] = Meaning(vectors[question.text], passage)


def _rows(embedding: Embedding, texts: list[str], progress: Progress) -> npt.NDArray[np.float32]:
    until = monotonic() + settings.EMBEDDING_TIMEOUTS["training"]
    batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    progress.enter(TrainingRun.Stage.INDEX, len(batches))
    embedder = registry.embedder()
    found: npt.NDArray[np.float32] = np.empty((0, 0), dtype=np.float32)
    for number, batch in enumerate(progress.over(batches)):
        if monotonic() > until:
            raise ProviderError("timeout")
        wish = embedder.Wish(embedding.model, settings.EMBEDDING_TIMEOUTS["batch"], TRIES, found.shape[1])
        answer = embedder.embed(batch, wish, progress.look_up)
        embedding.tokens += answer.tokens
        if not number:
            if len(texts) * answer.vectors.shape[1] > MOST_NUMBERS:
                raise ProviderError("too_many_dimensions")
            found = np.empty((len(texts), answer.vectors.shape[1]), dtype=np.float32)
        found[number * BATCH : number * BATCH + len(batch)] = answer.vectors
    return found


def with_what_helps(
    index: Index, results: Results, exam: Exam, embedding: Embedding, look_up: Callable[[], object]
) -> tuple[Index, Results]:
    """The index with its vectors where they help, and what it then finds; else both as they were.

    The thresholds stay: they are about confidence, which embeddings do not touch.
    """
    if embedding.vectors is None:
        return index, results
    tried = list(_fused(index.embedded(embedding.vectors), exam, embedding, look_up))
    better, fused = max(tried, key=lambda each: (recall(each[1].known), mean_reciprocal_rank(each[1].known)))
    embedding.compared = {"lexical": _figures(index, results), "fused": _figures(better, fused)}
    embedding.used = _helps(better, results, fused)
    return (better, fused) if embedding.used else (index, results)


def _fused(
    index: Index, exam: Exam, embedding: Embedding, look_up: Callable[[], object]
) -> Iterator[tuple[Index, Results]]:
    folds = Folds.of(index.passages, look_up) if index.classifier else None
    for weight in WEIGHTS:
        weighed = index.tuned(replace(index.tuning, meaning=weight))
        asking = weighed.tuned(replace(weighed.tuning, likely=1.0))
        parts = (exam.known, folds), (exam.near_misses, None), (exam.off_topic, None)
        known, near, off = (ask(asking, part, look_up, blind, embedding.meanings) for part, blind in parts)
        yield weighed, Results(known, near, off)


def _helps(index: Index, before: Results, after: Results) -> bool:
    """More of the known questions are found or answered, by more than chance; fewer of neither; no more wrong ones."""
    if _wrong(index, after) > _wrong(index, before):
        return False
    pairs = [
        (_found(before.known), _found(after.known)),
        (_right(index, before.known), _right(index, after.known)),
    ]
    return all(sum(new) >= sum(old) for old, new in pairs) and any(is_more_than_chance(*pair) for pair in pairs)


def is_more_than_chance(before: Sequence[bool], after: Sequence[bool]) -> bool:
    """By the sign test over the questions that fared otherwise."""
    gained = sum(new and not old for old, new in zip(before, after, strict=True))
    changed = sum(new != old for old, new in zip(before, after, strict=True))
    at_least_as_many: int = sum(comb(changed, count) for count in range(gained, changed + 1))
    return bool(at_least_as_many <= CHANCE * 2**changed)


def _found(known: Sequence[Asked]) -> list[bool]:
    return [recall([asked]) == 1 for asked in known]


def _right(index: Index, known: Sequence[Asked]) -> list[bool]:
    return [asked.rank == 1 and is_said(asked, index.tuning) for asked in known]


def _wrong(index: Index, results: Results) -> int:
    everything = (*results.known, *results.near_misses, *results.off_topic)
    return sum(asked.rank != 1 and is_said(asked, index.tuning) for asked in everything)


def _figures(index: Index, results: Results) -> dict[str, Any]:
    return {
        "recall_at_5": round(100 * recall(results.known), 1),
        "mrr": round(mean_reciprocal_rank(results.known), 3),
        "right": sum(_right(index, results.known)),
        "wrong": _wrong(index, results),
        "weight": index.tuning.meaning,
    }
