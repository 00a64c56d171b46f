"""Which known word an unknown one stands for: a slip of the keyboard, or another form of it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from os.path import commonprefix

SAME_VERB, TYPO = 2, 1
"""The order in which they are believed."""
LONG_WORD = 5
"""Below it one letter makes another word: `baño` is no slip for `año`."""
VERY_LONG_WORD = 7
SAME_START = 0.7
"""`reparan` and `reparamos` differ in their ends, and the stemmer cuts each elsewhere: so much must be the same."""
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEAR = {
    key: frozenset(
        other
        for r, other_row in enumerate(_KEYS)
        for c, other in enumerate(other_row)
        if other != key and abs(r - row) <= 1 and abs(c - column) <= 1
    )
    for row, keys in enumerate(_KEYS)
    for column, key in enumerate(keys)
}


class Spelling:
    """Known words, by how they sound."""

    def __init__(self, known: Iterable[str], others: Iterable[str] = ()) -> None:
        """Of `others`, which the knowledge may lack, only letters may have changed places: `rabia` is not `habia`."""
        self._by_sound: dict[str, str] = {}
        self._by_slip: dict[str, list[str]] = defaultdict(list)
        self._by_start: dict[str, list[str]] = defaultdict(list)
        known = frozenset(known)
        others = frozenset(others) - known
        self._others = {sound(word) for word in others}
        for word in sorted({*known, *others}):
            heard = sound(word)
            if self._by_sound.setdefault(heard, word) != word:
                continue
            if len(heard) >= LONG_WORD - 1 and not word.isdigit():
                for slip in _shortened(heard):
                    self._by_slip[slip].append(heard)
                self._by_start[heard[:LONG_WORD]].append(heard)

    def nearest(self, word: str) -> str:
        """The most similar known word; empty where none is near."""
        if len(word) < LONG_WORD - 1 or not word.isalpha():
            return ""
        heard = sound(word)
        if heard in self._by_sound:
            return self._by_sound[heard]
        return self._by_sound.get(max(self._near(heard), default=(0, ""))[1], "")

    def _near(self, heard: str) -> Iterator[tuple[int, str]]:
        for known in self._by_start.get(heard[:LONG_WORD], ()):
            same = len(commonprefix([heard, known]))  # noqa: RUF071 - by characters is what is meant
            if known not in self._others and same / max(len(heard), len(known)) >= SAME_START:
                yield SAME_VERB, known
        for slip in {heard, *_shortened(heard)}:
            for known in (slip, *self._by_slip.get(slip, ())):
                if known in self._by_sound and self._is_slip(heard, known):
                    yield TYPO, known

    def _is_slip(self, heard: str, known: str) -> bool:
        if min(len(heard), len(known)) < (VERY_LONG_WORD if known in self._others else LONG_WORD):
            return _swapped(heard, known)
        return _is_slip(heard, known)


def _shortened(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def _is_slip(heard: str, known: str) -> bool:
    """One letter too many or too few, two that changed places, or a neighbour's key (but not for the first letter)."""
    if len(heard) != len(known):
        return abs(len(heard) - len(known)) == 1
    different = [i for i, (one, other) in enumerate(zip(heard, known, strict=True)) if one != other]
    if len(different) == 1 and different[0]:
        return known[different[0]] in _NEAR.get(heard[different[0]], ())
    return _swapped(heard, known)


def _swapped(heard: str, known: str) -> bool:
    return any(heard[:i] + heard[i + 1] + heard[i] + heard[i + 2 :] == known for i in range(len(heard) - 1))


def sound(word: str) -> str:
    """How a folded word is heard: `hora` and `ora`, `envio` and `embio`, `yave` and `llave` are the same."""
    word = word.replace("sh", "x").replace("ch", "x").replace("ph", "f").replace("h", "")
    word = word.replace("nv", "mb").replace("np", "mp").replace("v", "b").replace("w", "u")
    word = word.replace("qu", "k").replace("q", "k").replace("z", "s")
    word = re.sub("ll(?=[aeiou])", "y", word)
    word = re.sub("g(?=[ei])", "j", re.sub("c(?=[ei])", "s", word)).replace("c", "k")
    return re.sub(r"(.)\1", r"\1", word)
