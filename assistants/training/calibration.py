"""Weights and thresholds, chosen on held-back questions.

The seam to ranking and evidence: only `Index.search` and `certainty` are asked, so whoever changes what they mean
changes nothing here but the grids and, in assistants.knowledge.tuning, the defaults.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from assistants.knowledge.index import Hit, Index
from assistants.knowledge.tuning import Tuning
from assistants.knowledge.verdicts import certainty
from assistants.training.questions import Exam, Question

GRAMS = (1.0, 0.5, 1.5)
SURE = tuple(round(0.62 + 0.02 * step, 2) for step in range(14))
CLEAR = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25)
PLAIN = (0.9, 0.95, 1.0)
CLOSE = tuple(round(0.3 + 0.05 * step, 2) for step in range(7))
ENOUGH = 40
"""With fewer known questions the thresholds that were chosen on many businesses are better than ours."""
MAX_WRONG = 0.03
"""Of known questions and of near misses, each, that may be answered wrong."""
MAX_WRONG_OFF_TOPIC = 0.01
MAX_ASKED_BACK = 0.1
"""Of off-topic questions that may be answered with "did you mean …?"."""


@dataclass(frozen=True)
class Asked:
    """A question and what was found for it."""

    question: Question
    hits: tuple[Hit, ...]
    rank: int
    """Of the first passage that answers it, from 1; 0 where none is among the hits."""


@dataclass(frozen=True)
class Results:
    """Of the three parts of an exam."""

    known: tuple[Asked, ...]
    near_misses: tuple[Asked, ...]
    off_topic: tuple[Asked, ...]


def calibrate(index: Index, exam: Exam, look_up: Callable[[], object]) -> tuple[Index, Results]:
    """The index with its tuning chosen, and what it then finds."""
    weights = GRAMS if len(exam.known) >= ENOUGH else GRAMS[:1]
    tried = []
    for grams in weights:
        candidate = index.tuned(replace(index.tuning, grams=grams))
        tried.append((candidate, _ask(candidate, exam.known, look_up)))
    best, known = max(tried, key=lambda each: round(mean_reciprocal_rank(each[1]), 3))
    near_misses, off_topic = (_ask(best, part, look_up) for part in (exam.near_misses, exam.off_topic))
    results = Results(known, near_misses, off_topic)
    return best.tuned(_thresholds(best.tuning, results)), results


def _ask(index: Index, questions: Sequence[Question], look_up: Callable[[], object]) -> tuple[Asked, ...]:
    found = []
    for question in questions:
        look_up()
        hits = index.search(question.text, held_back=question.held_back)
        right = {index.passages[number].id for number in question.answers}
        rank = next((rank for rank, hit in enumerate(hits, 1) if hit.passage.id in right), 0)
        found.append(Asked(question, tuple(hits), rank))
    return tuple(found)


def _thresholds(tuning: Tuning, results: Results) -> Tuning:
    if len(results.known) < ENOUGH:
        return tuning
    grid = [
        replace(tuning, sure=sure, clear=clear, plain=max(plain, sure))
        for sure, clear, plain in product(SURE, CLEAR, PLAIN)
    ]
    best = max(grid, key=lambda candidate: _worth(candidate, results, tuning))
    return replace(best, close=_close(best, results))


def _worth(candidate: Tuning, results: Results, default: Tuning) -> tuple[float, ...]:
    """What is too wrong counts first, then what is answered right, then how near to the default it is."""
    right = sum(asked.rank == 1 and is_said(asked, candidate) for asked in results.known)
    excess = sum(
        max(0.0, share - allowed)
        for share, allowed in (
            (wrong_share(results.known, candidate), MAX_WRONG),
            (wrong_share(results.near_misses, candidate), MAX_WRONG),
            (wrong_share(results.off_topic, candidate), MAX_WRONG_OFF_TOPIC),
        )
    )
    distance = abs(candidate.sure - default.sure) + abs(candidate.clear - default.clear)
    return (-round(excess, 3), right, -distance, -abs(candidate.plain - default.plain))


def _close(tuning: Tuning, results: Results) -> float:
    """The lowest from which off-topic questions are hardly ever asked back."""
    for close in CLOSE:
        back = sum(certainty(asked.hits, replace(tuning, close=close)) != "low" for asked in results.off_topic)
        if back <= MAX_ASKED_BACK * len(results.off_topic):
            return min(close, tuning.sure)
    return tuning.sure


def is_said(asked: Asked, tuning: Tuning) -> bool:
    return certainty(asked.hits, tuning) == "sure"


def wrong_share(part: Sequence[Asked], tuning: Tuning) -> float:
    """Of a part's questions, how many get an answer that is not theirs, 0 to 1."""
    wrong = sum(asked.rank != 1 and is_said(asked, tuning) for asked in part)
    return wrong / len(part) if part else 0.0


def mean_reciprocal_rank(part: Sequence[Asked]) -> float:
    return sum(1 / asked.rank for asked in part if asked.rank) / len(part) if part else 0.0


def recall(part: Sequence[Asked], within: int = 5) -> float:
    return sum(0 < asked.rank <= within for asked in part) / len(part) if part else 0.0
