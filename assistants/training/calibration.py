"""Weights and thresholds, chosen on held-back questions.

The seam to ranking and evidence: only `Index.search` and `certainty` are asked, so whoever changes what they mean
changes nothing here but the grids and, in assistants.knowledge.tuning, the defaults.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from types import MappingProxyType

from assistants.knowledge.classifier import Folds
from assistants.knowledge.index import Hit, Index
from assistants.knowledge.tuning import Tuning
from assistants.knowledge.vectors import Meaning
from assistants.knowledge.verdicts import certainty
from assistants.training.questions import Exam, Question

GRAMS = (1.0, 0.5, 1.5)
SURE = (0.0, -0.03, 0.03, 0.06, 0.09, 0.12)
"""Steps away from the default, which was chosen on several businesses: the phrasings of one may not move it far."""
CLEAR = (0.0, -0.03, 0.04, 0.08)
CLOSE = (0.0, 0.05, 0.1, 0.15, 0.2)
LIKELY = (0.9, 0.8, 0.7)
UNUSED = 2.0
ENOUGH = 60
"""With fewer known questions the thresholds that were chosen on many businesses are better than ours."""
MAX_WRONG = 0.05
"""Of known questions that may be answered wrong."""
MAX_WRONG_NEAR = 0.08
"""Of near misses: these are nearer than what customers ask, since the matter itself is one that the business knows."""
GAIN = 0.03
"""So many more of the known questions must be answered right for a step away from the default to be worth it."""
MAX_WRONG_OFF_TOPIC = 0.01
MAX_ASKED_BACK = 0.1
"""Of off-topic questions that may be answered with "did you mean …?"."""

NO_MEANINGS: Mapping[Question, Meaning] = MappingProxyType({})


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
    folds = Folds.of(index.passages, look_up) if index.classifier else None
    weights = GRAMS if len(exam.known) >= ENOUGH else GRAMS[:1]
    tried = []
    for grams in weights:
        candidate = index.tuned(replace(index.tuning, grams=grams, likely=1.0))
        tried.append((candidate, ask(candidate, exam.known, look_up, folds)))
    best, known = max(tried, key=lambda each: round(mean_reciprocal_rank(each[1]), 3))
    near_misses, off_topic = (ask(best, part, look_up) for part in (exam.near_misses, exam.off_topic))
    results = Results(known, near_misses, off_topic)
    return best.tuned(_thresholds(replace(best.tuning, likely=UNUSED), results)), results


def ask(
    index: Index,
    questions: Sequence[Question],
    look_up: Callable[[], object],
    folds: Folds | None = None,
    meanings: Mapping[Question, Meaning] = NO_MEANINGS,
) -> tuple[Asked, ...]:
    found = []
    for question in questions:
        look_up()
        if folds and question.held_back.phrasing:
            index = index.classified(folds.blind_to(*question.held_back.phrasing))
        hits = index.search(question.text, held_back=question.held_back, meaning=meanings.get(question))
        right = {index.passages[number].id for number in question.answers}
        rank = next((rank for rank, hit in enumerate(hits, 1) if hit.passage.id in right), 0)
        found.append(Asked(question, tuple(hits), rank))
    return tuple(found)


def _thresholds(tuning: Tuning, results: Results) -> Tuning:
    if len(results.known) < ENOUGH:
        return tuning
    grid = [
        replace(tuning, sure=round(tuning.sure + sure, 2), clear=round(tuning.clear + clear, 2))
        for sure, clear in product(SURE, CLEAR)
    ]
    best = max(grid, key=lambda candidate: _worth(candidate, results, tuning))
    learnt = [best, *(replace(best, likely=likely) for likely in LIKELY)]
    best = max(learnt, key=lambda candidate: _worth(candidate, results, tuning))
    return replace(best, close=_close(best, results))


def _worth(candidate: Tuning, results: Results, default: Tuning) -> tuple[float, ...]:
    """What is too wrong counts first, then what is answered right; each step has to earn its way."""
    right = sum(asked.rank == 1 and is_said(asked, candidate) for asked in results.known)
    excess = sum(
        max(0.0, share - allowed)
        for share, allowed in (
            (wrong_share(results.known, candidate), MAX_WRONG),
            (wrong_share(results.near_misses, candidate), MAX_WRONG_NEAR),
            (wrong_share(results.off_topic, candidate), MAX_WRONG_OFF_TOPIC),
        )
    )
    steps = (
        (candidate.likely <= 1)
        + abs(candidate.sure - default.sure) / 0.03
        + abs(candidate.clear - default.clear) / 0.04
    )
    return (-round(excess, 2), right - GAIN * len(results.known) * steps)


def _close(tuning: Tuning, results: Results) -> float:
    """The lowest from which off-topic questions are hardly ever asked back."""
    levels = [min(tuning.sure, round(tuning.close + step, 2)) for step in CLOSE]
    return next((level for level in levels if _asked_back(level, tuning, results) <= MAX_ASKED_BACK), tuning.sure)


def _asked_back(close: float, tuning: Tuning, results: Results) -> float:
    tried = replace(tuning, close=close)
    return sum(certainty(asked.hits, tried) != "low" for asked in results.off_topic) / len(results.off_topic)


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
