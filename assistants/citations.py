"""The marks by which a model says what a sentence rests on: `[k3]`. No customer sees them."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from assistants.knowledge.passages import Passage, sentences
from assistants.knowledge.words import stems, words

_MARK = re.compile(r"\s?\[\s*(k\d{1,3}(?:\s*[,;]\s*k\d{1,3})*)\s*\]")
_BEGUN = re.compile(r"\s?\[[\sk\d,;]*$|\s$")
"""What may still become a mark, at the end of what has come."""


@dataclass(frozen=True)
class Cited:
    text: str
    """Without the marks."""
    ids: tuple[str, ...]
    """Of the passages, in the order in which they are named."""
    objections: tuple[str, ...]
    """Citations of nothing, and of what says nothing of the kind."""


def read(text: str, entries: Mapping[str, Passage]) -> Cited:
    """Take the marks out of a text. `entries`: the passages that the model was given, by their marks."""
    named, wrong = dict[str, None](), []
    for sentence in sentences(text):
        for mark in _marks(sentence):
            passage = entries.get(mark)
            if passage is None:
                wrong.append(f"citation: {mark}")
            elif not _share_words(strip(sentence), passage):
                wrong.append(f"citation: {mark} says nothing of it")
            else:
                named[passage.id] = None
    return Cited(strip(text), tuple(named), tuple(dict.fromkeys(wrong)))


def strip(text: str) -> str:
    return _MARK.sub("", text).strip()


def _marks(sentence: str) -> Iterator[str]:
    for match in _MARK.finditer(sentence):
        yield from re.findall(r"k\d+", match[1])


def _share_words(sentence: str, passage: Passage) -> bool:
    told = {stem for word in words(" ".join([passage.title, *passage.questions, passage.text])) for stem in stems(word)}
    return any(stems(word) & told for word in words(sentence))


class Unmarking:
    """Passes a stream of pieces on without its marks, holding back what may still become one."""

    def __init__(self, on_delta: Callable[[str], None]) -> None:
        self._on_delta = on_delta
        self._held = ""

    def hear(self, piece: str) -> None:
        text = _MARK.sub("", self._held + piece)
        begun = _BEGUN.search(text)
        self._held = begun[0] if begun else ""
        ready = text[: len(text) - len(self._held)]
        if ready:
            self._on_delta(ready)
