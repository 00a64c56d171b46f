"""What an assistant may say, cut into passages that each can stand alone."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from assistants.models import KnowledgeSource

PASSAGE_WORDS = 60


@dataclass(frozen=True)
class Passage:
    id: str
    """`<source id>:<number in the source>`"""
    source_id: str
    title: str
    text: str
    """The approved words, to be said as they are."""
    questions: tuple[str, ...] = ()
    """The ways in which people ask for it; empty for running text."""


def passages_of(sources: Iterable[KnowledgeSource]) -> list[Passage]:
    """Every passage of the sources, in order."""
    return [passage for source in sources for passage in _cut(source)]


def sentences(text: str) -> list[str]:
    """Sentences and lines, each with its closing mark. An abbreviation (`Av. Juárez`) or a list number ends none."""
    parts = re.split(r"(?<=[.!?…])(?<!\b\w\.)(?<!\b\w\w\.)(?<!\b\d\.)\s+(?=[¿¡\"“(]?[A-ZÁÉÍÓÚÑ0-9])|\n+", text)
    return [part.strip() for part in parts if part.strip()]


def _cut(source: KnowledgeSource) -> Iterator[Passage]:
    if source.kind == KnowledgeSource.Kind.FAQ:
        pieces = [(item["answer"].strip(), _questions(item)) for item in source.items if _usable(item)]
    else:
        pieces = [(text, ()) for text in _pieces(source.content)]
    for number, (text, questions) in enumerate(pieces):
        yield Passage(f"{source.id}:{number}", str(source.id), source.title, text, questions)


def _usable(item: Any) -> bool:
    return isinstance(item, dict) and all(str(item.get(key) or "").strip() for key in ("question", "answer"))


def _questions(item: dict[str, Any]) -> tuple[str, ...]:
    asked = [item["question"], *(item.get("phrasings") or [])]
    return tuple(text.strip() for text in asked if isinstance(text, str) and text.strip())


def _pieces(content: str) -> Iterator[str]:
    """Neighbouring sentences of a paragraph together, as many as fit into 60 words."""
    for paragraph in re.split(r"\n\s*\n", content):
        held: list[str] = []
        for sentence in sentences(paragraph):
            if held and len(" ".join([*held, sentence]).split()) > PASSAGE_WORDS:
                yield " ".join(held)
                held = []
            held.append(sentence)
        if held:
            yield " ".join(held)
