"""Which known word an unknown one stands for: a slip of the keyboard, or another form of it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher
from os.path import commonprefix

SOUNDS_ALIKE = 0.95
TYPO = 0.8
"""How alike an unknown word and a known one must be to pass for a slip of the keyboard."""
LONG_WORD = 5
"""Below it one letter makes another word: `baño` is no slip for `año`."""
SAME_VERB = 0.9
LONGEST_END = 4
"""`reparan` and `reparamos` differ in their ends, and the stemmer cuts each elsewhere."""


class Spelling:
    """Known words, by how they sound."""

    def __init__(self, known: Iterable[str]) -> None:
        self._by_sound: dict[str, str] = {}
        self._by_pair: dict[str, set[str]] = defaultdict(set)
        for word in known:
            heard = sound(word)
            self._by_sound[heard] = word
            for pair in _pairs(heard):
                self._by_pair[pair].add(heard)

    def nearest(self, word: str) -> tuple[str, float]:
        """The most similar known word and how similar it is; empty and 1.0 where none is near."""
        heard = sound(word)
        if heard in self._by_sound:
            return self._by_sound[heard], SOUNDS_ALIKE
        shared = Counter(known for pair in _pairs(heard) for known in self._by_pair.get(pair, ()))
        ratio, known = max(((_likeness(heard, known), known) for known, _ in shared.most_common(20)), default=(0.0, ""))
        return (self._by_sound[known], ratio) if ratio >= TYPO else ("", 1.0)


def _likeness(heard: str, known: str) -> float:
    stem = len(commonprefix([heard, known]))  # noqa: RUF071 - by characters is what is meant
    ends = (len(heard) - stem, len(known) - stem)
    if (stem >= LONG_WORD and max(ends) <= LONGEST_END) or (stem == LONG_WORD - 1 and sum(ends) == 1):
        return SAME_VERB
    return SequenceMatcher(None, heard, known).ratio() if len(heard) >= LONG_WORD else 0.0


def _pairs(word: str) -> set[str]:
    return {word[i : i + 2] for i in range(len(word) - 1)}


def sound(word: str) -> str:
    """How a folded Spanish word is heard: `hora` and `ora`, `envio` and `embio`, `yave` and `llave` are the same."""
    word = word.replace("ch", "x").replace("h", "").replace("ll", "y").replace("nv", "mb").replace("v", "b")
    word = word.replace("qu", "k").replace("z", "s")
    return re.sub("c(?=[ei])", "s", word).replace("c", "k")
