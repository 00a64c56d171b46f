"""Which known word an unknown one stands for: a slip of the keyboard, or another form of it."""

import re
from collections import defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher
from os.path import commonprefix

import numpy as np

SOUNDS_ALIKE = 0.95
TYPO = 0.8
"""How alike an unknown word and a known one must be to pass for a slip of the keyboard."""
LONG_WORD = 5
"""Below it one letter makes another word: `baño` is no slip for `año`."""
SAME_VERB = 0.9
LONGEST_END = 4
"""`reparan` and `reparamos` differ in their ends, and the stemmer cuts each elsewhere."""
COMPARED = 20
"""How many known words that share most letter pairs are compared letter by letter."""


class Spelling:
    """Known words, by how they sound."""

    def __init__(self, known: Iterable[str]) -> None:
        self._by_sound = {sound(word): word for word in sorted(known)}
        self._sounds = list(self._by_sound)
        numbers: dict[str, list[int]] = defaultdict(list)
        for number, heard in enumerate(self._sounds):
            for pair in _pairs(heard):
                numbers[pair].append(number)
        self._by_pair = {pair: np.array(found, dtype=np.int32) for pair, found in numbers.items()}
        self._pair_counts = np.array([len(_pairs(heard)) for heard in self._sounds], dtype=np.float64)

    def nearest(self, word: str) -> tuple[str, float]:
        """The most similar known word and how similar it is; empty and 1.0 where none is near."""
        heard = sound(word)
        if heard in self._by_sound:
            return self._by_sound[heard], SOUNDS_ALIKE
        ratio, known = max(((_likeness(heard, known), known) for known in self._alike(heard)), default=(0.0, ""))
        return (self._by_sound[known], ratio) if ratio >= TYPO else ("", 1.0)

    def _alike(self, heard: str) -> list[str]:
        pairs = _pairs(heard)
        lists = [self._by_pair[pair] for pair in pairs if pair in self._by_pair]
        if not lists:
            return []
        shared = np.bincount(np.concatenate(lists), minlength=len(self._sounds))
        order = np.argsort(-shared / (self._pair_counts + len(pairs)), kind="stable")[:COMPARED]
        return [self._sounds[number] for number in order if shared[number]]


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
