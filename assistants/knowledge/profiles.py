"""What a passage can be matched by: the words that it tells and those that it is asked with, and what it tells of."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from assistants.knowledge import marks
from assistants.knowledge.passages import Passage, units
from assistants.knowledge.query import read, without_slang
from assistants.knowledge.words import concepts, content, plain, plain_of, stems
from assistants.languages import detect
from flame.lib.folding import fold

ALIKE = 0.8
"""A word that stands for another says a little less."""
ABOVE = 0.95
"""So does one that only the heading has: under "Gynaecology" not every sentence is about the visit."""


@dataclass(frozen=True)
class Term:
    """A word of a question, or a mark of what it wants: the keys that it matches, and how much it says."""

    own: frozenset[str]
    """Its stems, or the mark."""
    alike: frozenset[str]
    weight: float


@dataclass(frozen=True)
class Text:
    keys: frozenset[str]
    """Stems, groups of alike words, and marks."""
    above: frozenset[str] = frozenset()
    """Those of the headings."""
    tells: frozenset[str] = frozenset()
    """The marks alone."""

    def match(self, term: Term) -> float:
        """From 0 to 1."""
        return max(_match(term, self.keys), ABOVE * _match(term, self.above))

    def __or__(self, other: "Text") -> "Text":
        return Text(self.keys | other.keys, self.above | other.above, self.tells | other.tells)


def _match(term: Term, keys: frozenset[str]) -> float:
    if term.own & keys:
        return 1.0
    return ALIKE if term.alike & keys else 0.0


@dataclass(frozen=True)
class Phrasing:
    words: tuple[tuple[frozenset[str], float], ...]
    """Each word's keys, and how much it counts beside the others."""
    text: Text
    gist: frozenset[str]


class Profile:
    """Of one passage. What only a closer look needs is made when it is first looked at."""

    def __init__(self, passage: Passage) -> None:
        self._passage = passage
        self.phrasings = tuple(_phrasing(text) for text in passage.questions)
        self.told = text_of(passage.text, keys_above(f"{passage.title} {passage.heading}"))
        self.tells = self.told.tells.union(*(phrasing.text.tells for phrasing in self.phrasings))

    @cached_property
    def windows(self) -> tuple[Text, ...]:
        """Of running text, what may be quoted: each unit, and each two that follow one another."""
        if self.phrasings:
            return ()
        above = keys_above(self._passage.heading)
        single = [text_of(said, above) for said in units(self._passage.text)]
        return (*single, *(first | second for first, second in pairwise(single)))

    @cached_property
    def language(self) -> str:
        return detect(self._passage.text)

    @property
    def keys(self) -> frozenset[str]:
        return (self.told.keys | self.told.above).union(*(phrasing.text.keys for phrasing in self.phrasings))


def text_of(said: str, above: frozenset[str] = frozenset()) -> Text:
    """`above` are the keys of the headings."""
    folded = fold(said)
    bare = plain_of(folded)
    tells = frozenset(marks.told(folded, bare))
    return Text(_keys(bare) | tells, above, tells)


def keys_above(heading: str) -> frozenset[str]:
    return _keys(plain(heading)) if heading else frozenset()


@lru_cache(maxsize=50_000)
def keys_of(word: str) -> frozenset[str]:
    return stems(word) | concepts(word)


def _keys(bare: str) -> frozenset[str]:
    return frozenset().union(*map(keys_of, content(bare.split())))


def _phrasing(text: str) -> Phrasing:
    query = read(without_slang(text))
    parts = tuple((keys_of(word.text), word.share) for word in query.words)
    marked = tuple((frozenset({mark}), 1.0) for mark in sorted(query.wants))
    keys = frozenset(key for held, _ in parts for key in held) | query.wants
    return Phrasing(parts + marked, Text(keys, tells=query.wants), query.gist)
