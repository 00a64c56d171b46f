"""Embeddings of passages: one vector of length 1 each, so that a product is a cosine."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistants.knowledge.passages import Passage

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Vectors:
    model: str
    """Vectors of two models cannot be compared."""
    rows: npt.NDArray[np.float32]
    """In the order of the passages."""


@dataclass(frozen=True)
class Meaning:
    """A question's embedding."""

    question: Vector
    passage: Vector | None = None
    """In an evaluation: what the passage means without the phrasing that is held back."""


def told(passage: Passage, without: int | None = None) -> str:
    """What of a passage is embedded; `without` one phrasing, by its number."""
    questions = [text for number, text in enumerate(passage.questions) if number != without]
    return "\n".join(filter(None, [passage.title, passage.heading, *questions, passage.text]))
