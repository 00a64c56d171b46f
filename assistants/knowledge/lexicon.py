"""What is known of words beforehand, in Spanish and English together, all folded.

`empty` words carry no matter: articles, pronouns, auxiliaries, courtesy. `light` ones carry little: verbs that go with
everything, relatives, adverbs. `concepts` are words that stand for each other, also across the two languages; one that
stands on two lines (`mascota`) is alike to both, which are not alike to one another (`perro`, `gato`). `phrases` become
one word, and `slang` is how thumbs write.
"""

from collections import defaultdict
from pathlib import Path

_LISTS = Path(__file__).parent / "wordlists"


def _lines(name: str) -> list[str]:
    return (_LISTS / name).read_text("ascii").splitlines()


EMPTY_WORDS = {file.stem: frozenset(file.read_text("ascii").split()) for file in (_LISTS / "empty").glob("*.txt")}
LIGHT_WORDS = frozenset(word for file in (_LISTS / "light").glob("*.txt") for word in file.read_text("ascii").split())
SLANG = dict(line.split(" ", 1) for line in _lines("slang.txt"))
PHRASES = dict(line.split(": ") for line in _lines("phrases.txt"))


def _concepts() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for line in _lines("concepts.txt"):
        group = line.split()
        for word in group:
            found[word].add(f"~{group[0]}-{group[-1]}")
    return {word: frozenset(groups) for word, groups in found.items()}


CONCEPTS = _concepts()
