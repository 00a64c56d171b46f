"""The units that questions and knowledge are compared by: content words, their stems, and runs of characters."""

import re
from functools import cache, lru_cache
from threading import Lock

import snowballstemmer

from assistants.knowledge.lexicon import CONCEPTS, EMPTY_WORDS, PHRASES
from flame.lib.folding import fold

EMPTY = EMPTY_WORDS["es"] | EMPTY_WORDS["en"]
_stemmers = (snowballstemmer.stemmer("spanish"), snowballstemmer.stemmer("english"))
_stemming = Lock()
_ENDING = re.compile(r"(?<=\w{4})aci(?:on|ones)$|(?<=\w{3})c?it[oa]s?$")
"""The stemmer leaves these: `cremación` would not meet `cremar`, nor `perrito` `perro`."""
_WORD = re.compile(r"[^\W_]+")
_PHRASE = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, PHRASES), key=len, reverse=True))})\b")


def plain(text: str) -> str:
    """Folded, with nothing but words and single spaces, and phrases as one word."""
    return plain_of(fold(text))


def plain_of(folded: str) -> str:
    bare = " ".join(_WORD.findall(folded))
    return _PHRASE.sub(lambda match: PHRASES[match[0]], bare)


def words(text: str) -> list[str]:
    """The content words, folded, in order."""
    return content(plain(text).split())


def content(tokens: list[str]) -> list[str]:
    return [word for word in tokens if word not in EMPTY and (len(word) > 1 or word.isdigit())]


@lru_cache(maxsize=50_000)
def stems(word: str) -> frozenset[str]:
    """The Spanish and the English stem: knowledge mixes both, and a question's language is a guess."""
    with _stemming:  # a stemmer keeps the word that it works on
        found = {stemmer.stemWord(form) for stemmer in _stemmers for form in {word, _ENDING.sub("", word)}}
    return frozenset(found | {re.sub("ue", "o", re.sub("ie", "e", stem)) for stem in found})


@lru_cache(maxsize=50_000)
def concepts(word: str) -> frozenset[str]:
    """The groups of words that it is alike to; by its stem where it is not listed itself."""
    return CONCEPTS.get(word) or frozenset(group for stem in stems(word) for group in _by_stem().get(stem, ()))


def stem_tokens(text: str) -> list[str]:
    return [key for word in words(text) for key in (*sorted(stems(word)), *sorted(concepts(word)))]


def gram_tokens(text: str) -> list[str]:
    """Runs of 3 to 5 characters within words, spaces at the ends: they survive typos and odd inflections."""
    return [gram for word in words(text) for gram in _grams(word)]


@lru_cache(maxsize=20_000)  # so that a word's runs are the same strings in ten thousand passages
def _grams(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(padded[start : start + size] for size in (3, 4, 5) for start in range(len(padded) - size + 1))


@cache  # at the first question: a thousand stems are too many for every command to wait for
def _by_stem() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for word, groups in CONCEPTS.items():
        for stem in stems(word):
            found[stem] = found.get(stem, frozenset()) | groups
    return found
