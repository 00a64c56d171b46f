"""The units that questions and knowledge are compared by: content words, their stems, and runs of characters."""

import re
from functools import lru_cache
from threading import Lock

import snowballstemmer

from assistants.knowledge.lexicon import EMPTY_WORDS
from flame.lib.folding import fold

_EMPTY = EMPTY_WORDS["es"] | EMPTY_WORDS["en"]
_stemmers = (snowballstemmer.stemmer("spanish"), snowballstemmer.stemmer("english"))
_stemming = Lock()


def words(text: str) -> list[str]:
    """The content words, folded, in order."""
    found = re.findall(r"[^\W_]+", fold(text))
    return [word for word in found if word not in _EMPTY and (len(word) > 1 or word.isdigit())]


@lru_cache(maxsize=50_000)
def stems(word: str) -> frozenset[str]:
    """The Spanish and the English stem: knowledge mixes both, and a question's language is a guess."""
    with _stemming:  # a stemmer keeps the word that it works on
        return frozenset(stemmer.stemWord(word) for stemmer in _stemmers)


def stem_tokens(text: str) -> list[str]:
    return [stem for word in words(text) for stem in sorted(stems(word))]


def gram_tokens(text: str) -> list[str]:
    """Runs of 3 to 5 characters within words, spaces at the ends: they survive typos and odd inflections."""
    return [gram for word in words(text) for gram in _grams(word)]


@lru_cache(maxsize=20_000)  # so that a word's runs are the same strings in ten thousand passages
def _grams(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(padded[start : start + size] for size in (3, 4, 5) for start in range(len(padded) - size + 1))
