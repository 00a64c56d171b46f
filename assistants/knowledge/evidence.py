"""How sure a match is: the share of the question's weight that a passage explains, and of the phrasing that was asked.

BM25 scores say which passage is best, not whether it is good. A word that the knowledge has never seen weighs most, so
"¿hacen envíos a Japón?" stays unsure although "envíos" fits.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistants.knowledge.lexicon import EMPTY_WORDS
from assistants.knowledge.passages import Passage
from assistants.knowledge.spelling import Spelling, sound
from assistants.knowledge.words import stems, words

IN_ANSWER = 0.85
"""A word that only the answer holds counts a little less than one that people ask with."""
FOCUS = 0.5
"""How much hangs on the phrasing being asked whole: "¿qué hora es?" is only half of "¿a qué hora abren?"."""
PROFILES_KEPT = 2_000
_EMPTY_SOUNDS = frozenset(sound(word) for words_of in EMPTY_WORDS.values() for word in words_of)


@dataclass(frozen=True)
class Lexis:
    """The words of some knowledge: all that weighing needs besides the passage that is weighed."""

    words: Sequence[str]
    frequency: Mapping[str, int]
    """Of each stem, in how many passages."""
    passages: int

    @classmethod
    def of(cls, passages: Iterable[Passage]) -> "Lexis":
        known: set[str] = set()
        frequency: Counter[str] = Counter()
        count = 0
        for passage in passages:
            of_passage = set(words(" ".join([passage.title, passage.heading, passage.text, *passage.questions])))
            known |= of_passage
            frequency.update({stem for word in of_passage for stem in stems(word)})
            count += 1
        return cls(sorted(known), frequency, count)


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
    def __init__(self, lexis: Lexis) -> None:
        self._lexis = lexis
        self._spelling = Spelling(lexis.words)
        # Only what a search considers is ever looked at: profiles of ten thousand passages would fill the memory.
        self._profile = lru_cache(PROFILES_KEPT)(_profile)

    def weigh(self, asked: Sequence[str], passages: Sequence[Passage]) -> list[float]:
        """Confidence from 0 to 1 for each passage."""
        terms = [self._term(word) for word in dict.fromkeys(asked)]
        return [self._confidence(terms, self._profile(passage)) for passage in passages]

    def _term(self, word: str) -> _Term:
        if any(stem in self._lexis.frequency for stem in stems(word)):
            return _Term(stems(word), 1.0, self._weight(stems(word)))
        if sound(word) in _EMPTY_SOUNDS:
            return _Term(frozenset(), 0.0, 0.0)
        near, quality = self._spelling.nearest(word)
        return _Term(stems(near or word), quality, self._weight(stems(near or word)))

    def _weight(self, word_stems: frozenset[str]) -> float:
        """The inverse document frequency of a word, by the more frequent of its stems."""
        frequency = max(self._lexis.frequency.get(stem, 0) for stem in word_stems)
        return math.log(1 + (self._lexis.passages - frequency + 0.5) / (frequency + 0.5))

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


def _profile(passage: Passage) -> _Profile:
    phrasings = tuple(frozenset(stems(word) for word in words(text)) for text in passage.questions)
    told = words(f"{passage.title} {passage.heading} {passage.text}")
    return _Profile(
        phrasings,
        frozenset(stem for phrasing in phrasings for word in phrasing for stem in word),
        frozenset(stem for word in told for stem in stems(word)),
    )
