"""What a training asks to see how good it is. The same knowledge is always asked the same questions.

Known ones: phrasings, each held back while it is asked. Near misses: the same, with all that answers them taken out.
Off-topic ones: shipped with the project.
"""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistants.knowledge.index import NOTHING, HeldBack
from assistants.knowledge.passages import Passage
from assistants.training.twins import twins_of

OFF_TOPIC: dict[str, list[str]] = json.loads((Path(__file__).parent / "off_topic.json").read_text("utf-8"))
SHARE = 0.2
FEW, MANY = 300, 400
"""All phrasings of a small shop are asked, a fifth of a large one's, and never more than this."""


@dataclass(frozen=True)
class Question:
    text: str
    answers: frozenset[int] = frozenset()
    """The passages that answer it, by number; none: the right answer is that nobody knows."""
    held_back: HeldBack = NOTHING


@dataclass(frozen=True)
class Exam:
    known: tuple[Question, ...]
    near_misses: tuple[Question, ...]
    off_topic: tuple[Question, ...]

    @property
    def size(self) -> int:
        return len(self.known) + len(self.near_misses) + len(self.off_topic)


def exam_of(passages: Sequence[Passage], recent: Collection[str] = ()) -> Exam:
    """`recent` are the newest questions from conversations: they are asked first, also where they are the only
    phrasing of their answer.
    """
    same = twins_of(passages)
    known, near_misses = [], []
    for number, phrasing, text in _chosen(passages, set(recent)):
        answers = same[number]
        known.append(Question(text, answers, HeldBack(phrasing=(number, phrasing))))
        near_misses.append(Question(text, held_back=HeldBack(passages=answers)))
    off_topic = [Question(text) for texts in OFF_TOPIC.values() for text in texts]
    return Exam(tuple(known), tuple(near_misses), tuple(off_topic))


def _chosen(passages: Sequence[Passage], recent: set[str]) -> list[tuple[int, int, str]]:
    """(passage, number of the phrasing, phrasing), in the order of their digests: neither chance nor the sources'."""
    everything = [
        (number, phrasing, text)
        for number, passage in enumerate(passages)
        for phrasing, text in enumerate(passage.questions)
        if len(passage.questions) > 1 or text in recent
    ]
    room = min(MANY, max(FEW, round(SHARE * len(everything))))
    return sorted(everything, key=lambda each: (each[2] not in recent, _digest(each[2])))[:room]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
