"""What an engine does with a question, and what that is worth."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from assistants.evaluation.sets import Fact, Question
from assistants.knowledge.passages import Passage

Verdict = Literal["right", "wrong", "choices", "missed_choices", "refused"]
RECALLED = 5


@dataclass(frozen=True)
class Outcome:
    business: str
    question: Question
    verdict: Verdict
    ranks: tuple[int | None, ...] = ()
    """Of the right passage for each thing asked, from 1; None where it is not among the candidates."""
    said: str = ""
    confidence: float = 0.0

    @property
    def failed(self) -> bool:
        return self.verdict in {"wrong", "missed_choices"} or (
            self.question.kind == "answerable" and self.verdict == "refused"
        )


@dataclass
class Figures:
    """Shares are of 1. `wrong` counts answers sent that are not right; choices and refusals are neither."""

    outcomes: list[Outcome] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        answerable = [each for each in self.outcomes if each.question.kind == "answerable"]
        ranks = [rank for each in answerable for rank in each.ranks]
        told: dict[str, Any] = {}
        if answerable:
            found = Counter(each.verdict for each in answerable)
            told = {
                "answerable": len(answerable),
                "recall@5": _share(sum(rank is not None and rank <= RECALLED for rank in ranks), len(ranks)),
                "mrr": _share(sum(1 / rank for rank in ranks if rank), len(ranks)),
                "answered_right": _share(found["right"], len(answerable)),
                "answered_wrong": _share(found["wrong"], len(answerable)),
                "choices": _share(found["choices"] + found["missed_choices"], len(answerable)),
                "right_among_choices": _share(found["choices"], found["choices"] + found["missed_choices"]),
            }
        return told | self._unanswerable("off_topic") | self._unanswerable("near_miss")

    def _unanswerable(self, kind: str) -> dict[str, Any]:
        asked = Counter(each.verdict for each in self.outcomes if each.question.kind == kind)
        if not asked:
            return {}
        return {
            kind: asked.total(),
            f"wrong_on_{kind}": _share(asked["wrong"], asked.total()),
            f"choices_on_{kind}": _share(asked["choices"] + asked["missed_choices"], asked.total()),
        }


def holds(text: str, facts: Sequence[Fact]) -> bool:
    return any(fact.says in text for fact in facts)


def rank_of(facts: Sequence[Fact], searches: Iterable[Sequence[Passage]]) -> int | None:
    """The best place of a passage that holds the fact, among the searches that a burst led to."""
    places = [place for found in searches for place, passage in enumerate(found, 1) if holds(passage.text, facts)]
    return min(places, default=None)


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
