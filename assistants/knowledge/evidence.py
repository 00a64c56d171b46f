"""How sure a match is: the share of the question's weight that a passage explains, and of the phrasing that was asked.

BM25 scores say which passage is best, not whether it is good. A word that the knowledge has never seen weighs most, so
"¿hacen envíos a Japón?" stays unsure although "envíos" fits.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistants.knowledge.lexicon import EMPTY_WORDS
from assistants.knowledge.passages import Passage
from assistants.knowledge.spelling import Spelling, sound
from assistants.knowledge.words import stems, words

IN_ANSWER = 0.85
"""A word that only the answer holds counts a little less than one that people ask with."""
FOCUS = 0.5
"""How much hangs on the phrasing being asked whole: "¿qué hora es?" is only half of "¿a qué hora abren?"."""
_EMPTY_SOUNDS = frozenset(sound(word) for words_of in EMPTY_WORDS.values() for word in words_of)


@dataclass(frozen=True)
class _Term:
    """A word of the question: the stems it may match, how exactly, and how much it says."""

    stems: frozenset[str]
    quality: float
    weight: float


@dataclass(frozen=True)
class _Profile:
    asked: tuple[frozenset[frozenset[str]], ...]
    """Per phrasing, each word's stems."""
    asked_stems: frozenset[str]
    told_stems: frozenset[str]


class Evidence:
    def __init__(self, passages: Sequence[Passage]) -> None:
        self._profiles = [_profile(passage) for passage in passages]
        self._frequency = Counter(s for p in self._profiles for s in p.asked_stems | p.told_stems)
        self._spelling = Spelling(word for passage in passages for word in _all_words(passage))

    def weigh(self, asked: Sequence[str], numbers: Sequence[int]) -> list[float]:
        """Confidence from 0 to 1 for each passage, by its number."""
        terms = [self._term(word) for word in dict.fromkeys(asked)]
        return [self._confidence(terms, self._profiles[number]) for number in numbers]

    def _term(self, word: str) -> _Term:
        if any(stem in self._frequency for stem in stems(word)):
            return _Term(stems(word), 1.0, self._weight(stems(word)))
        if sound(word) in _EMPTY_SOUNDS:
            return _Term(frozenset(), 0.0, 0.0)
        near, quality = self._spelling.nearest(word)
        return _Term(stems(near or word), quality, self._weight(stems(near or word)))

    def _weight(self, word_stems: frozenset[str]) -> float:
        """The inverse document frequency of a word, by the more frequent of its stems."""
        frequency = max(self._frequency[stem] for stem in word_stems)
        return math.log(1 + (len(self._profiles) - frequency + 0.5) / (frequency + 0.5))

    def _confidence(self, terms: Sequence[_Term], profile: _Profile) -> float:
        total = sum(term.weight for term in terms)
        covered = sum(term.weight * self._match(term, profile) for term in terms) / total if total else 0.0
        if not profile.asked:
            return covered
        known = frozenset(stem for term in terms for stem in term.stems)
        focus = max(self._focus(known, phrasing) for phrasing in profile.asked)
        return covered * (1 - FOCUS + FOCUS * focus)

    def _match(self, term: _Term, profile: _Profile) -> float:
        if term.stems & profile.asked_stems:
            return term.quality
        return IN_ANSWER * term.quality if term.stems & profile.told_stems else 0.0

    def _focus(self, known: frozenset[str], phrasing: frozenset[frozenset[str]]) -> float:
        weights = {word: self._weight(word) for word in phrasing}
        total = sum(weights.values())
        return sum(weight for word, weight in weights.items() if word & known) / total if total else 0.0


def _all_words(passage: Passage) -> set[str]:
    return set(words(" ".join([passage.title, passage.text, *passage.questions])))


def _profile(passage: Passage) -> _Profile:
    phrasings = tuple(frozenset(stems(word) for word in words(text)) for text in passage.questions)
    told = frozenset(stem for word in words(f"{passage.title} {passage.text}") for stem in stems(word))
    return _Profile(phrasings, frozenset(s for phrasing in phrasings for word in phrasing for s in word), told)
