"""BM25 of our own: the textbook's numbers, the same after storing, and quick among many texts."""

import math

import numpy as np
import pytest

from assistants.knowledge import ranking
from assistants.knowledge.ranking import Ranker

TEXTS = ["a b b", "a c", "a d d d"]


def test_scores_are_the_textbooks():
    scores = Ranker.of(TEXTS, str.split).scores("b x")
    idf = math.log(1 + (3 - 1 + 0.5) / 1.5)
    expected = idf * 2 / (2 + 1.5 * (1 - 0.75 + 0.75 * 3 / 3))
    assert scores == pytest.approx([expected, 0, 0], rel=1e-5)


def test_what_is_stored_scores_the_same():
    ranker = Ranker.of(TEXTS, str.split)
    again = Ranker(str.split, *ranker.dump(), len(TEXTS))
    assert np.array_equal(again.scores("a b d"), ranker.scores("a b d"))


def test_nothing_to_rank_is_no_error():
    assert list(Ranker.of([], str.split).scores("a")) == []
    assert list(Ranker.of(["", ""], str.split).scores("a")) == [0, 0]


def test_among_many_texts_what_many_have_is_passed_over_unless_nothing_else_is_asked(monkeypatch):
    ranker = Ranker.of(TEXTS, str.split)
    alone, both = ranker.scores("b"), ranker.scores("a b")
    monkeypatch.setattr(ranking, "MANY", 2)
    monkeypatch.setattr(ranking, "COMMON", 0.5)
    assert list(ranker.scores("a b")) == list(alone) != list(both)
    assert all(ranker.scores("a") > 0)
