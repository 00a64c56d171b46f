"""Which question is meant, learnt from its phrasings: a small softmax over stems and character runs.

It ranks nothing and answers nothing by itself: where two passages explain a question about equally well, it may say
which one people ask so for. Training uses it only if the evaluation says that it helps (`Tuning.likely`).
"""

import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from assistants.knowledge.passages import Passage
from assistants.knowledge.words import gram_tokens, stem_tokens

Floats = npt.NDArray[Any]
"""Single precision at work, half of it at rest."""
WIDTH = 2_048
"""Tokens are hashed into so many features."""
SHARPNESS = 8.0
ROUNDS = 60
MOMENTUM = 0.9
STEP = 0.06
DECAY = 1e-4
FEWEST = 2
"""Questions, and phrasings of each, below which there is nothing to learn."""
FOLDS = 5
MOST_CLASSES, MOST_PHRASINGS = 100, 800
"""Beyond it training would take longer than the rest of it; retrieval alone does well there."""


@dataclass(frozen=True)
class Classifier:
    classes: npt.NDArray[Any]
    """The passages' numbers."""
    weights: Floats

    @classmethod
    def of(
        cls,
        passages: Sequence[Passage],
        look_up: Callable[[], object] = bool,
        without: Callable[[int, int], bool] = lambda _passage, _phrasing: False,
    ) -> "Classifier | None":
        """None where there is too little or too much to learn. `without` tells which phrasings it must not see."""
        asked = [(number, each.questions) for number, each in enumerate(passages) if len(each.questions) >= FEWEST]
        count = sum(len(questions) for _, questions in asked)
        if not FEWEST <= len(asked) <= MOST_CLASSES or count > MOST_PHRASINGS:
            return None
        texts, targets = [], []
        for target, (number, questions) in enumerate(asked):
            for phrasing, text in enumerate(questions):
                if not without(number, phrasing):
                    texts.append(_features(text))
                    targets.append(target)
        weights = _learnt(np.stack(texts), np.array(targets), len(asked), look_up)
        return cls(np.array([number for number, _ in asked], dtype=np.int32), weights)

    def likely(self, question: str) -> dict[int, float]:
        """By passage number, how likely it is that this is what was asked."""
        chances = _softmax(_features(question)[None, :] @ self.weights.astype(np.float32))[0]
        return {int(number): float(chance) for number, chance in zip(self.classes, chances, strict=True)}


@dataclass(frozen=True)
class Folds:
    """Five classifiers, each of which has not seen a fifth of the phrasings: for evaluations."""

    passages: Sequence[Passage]
    classifiers: tuple[Classifier, ...]

    @classmethod
    def of(cls, passages: Sequence[Passage], look_up: Callable[[], object] = bool) -> "Folds":
        made = [Classifier.of(passages, look_up, partial(_is_in, passages, fold)) for fold in range(FOLDS)]
        return cls(passages, tuple(each for each in made if each is not None))

    def blind_to(self, number: int, phrasing: int) -> Classifier | None:
        return self.classifiers[_fold(self.passages, number, phrasing)] if self.classifiers else None


def _is_in(passages: Sequence[Passage], fold: int, number: int, phrasing: int) -> bool:
    return _fold(passages, number, phrasing) == fold


def _fold(passages: Sequence[Passage], number: int, phrasing: int) -> int:
    return zlib.crc32(passages[number].questions[phrasing].encode()) % FOLDS


def _features(text: str) -> Floats:
    made = np.zeros(WIDTH, dtype=np.float32)
    for token, count in Counter([*stem_tokens(text), *gram_tokens(text)]).items():
        made[zlib.crc32(token.encode()) % WIDTH] += np.float32(count**0.5)
    length = float(np.linalg.norm(made))
    return made * np.float32(SHARPNESS / length) if length else made


def _learnt(texts: Floats, targets: npt.NDArray[np.int64], classes: int, look_up: Callable[[], object]) -> Floats:
    """Gradient descent with momentum from zero: the same every time."""
    wanted: Floats = np.zeros((len(texts), classes), dtype=np.float32)
    wanted[np.arange(len(texts)), targets] = 1.0
    weights: Floats = np.zeros((WIDTH, classes), dtype=np.float32)
    speed: Floats = np.zeros_like(weights)
    for _ in range(ROUNDS):
        look_up()
        slope = texts.T @ (_softmax(texts @ weights) - wanted) / np.float32(len(texts)) + np.float32(DECAY) * weights
        speed = np.float32(MOMENTUM) * speed - np.float32(STEP * classes**0.5) * slope
        weights += speed
    return weights.astype(np.float16)


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)
