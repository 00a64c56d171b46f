"""Sources cut into passages: a question with its answer is one, running text is cut between sentences."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from assistants.knowledge.passages import SENTENCE_END, Passage

PASSAGE_WORDS = 60
LONGEST_WORDS = 120
"""A sentence beyond it is a table or a list that lost its marks, and is cut between words."""
HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")


@dataclass(frozen=True)
class Material:
    """A source as training reads it."""

    id: str
    title: str
    content: str = ""
    items: tuple[dict[str, Any], ...] = ()


def passages_of(materials: Iterable[Material]) -> list[Passage]:
    """Every passage of the sources, in order."""
    return [passage for material in materials for passage in _cut(material)]


def _cut(material: Material) -> Iterator[Passage]:
    usable = [item for item in material.items if _usable(item)]
    pieces = [(item["answer"].strip(), _questions(item), "") for item in usable]
    pieces += [(text, (), heading) for text, heading in _pieces(material.content)]
    for number, (text, questions, heading) in enumerate(pieces):
        yield Passage(f"{material.id}:{number}", material.id, material.title, text, questions, heading)


def _usable(item: Any) -> bool:
    return isinstance(item, dict) and all(str(item.get(key) or "").strip() for key in ("question", "answer"))


def _questions(item: dict[str, Any]) -> tuple[str, ...]:
    asked = [item["question"], *(item.get("phrasings") or [])]
    return tuple(dict.fromkeys(text.strip() for text in asked if isinstance(text, str) and text.strip()))


def _pieces(content: str) -> Iterator[tuple[str, str]]:
    """(text, headings above it): neighbouring sentences of a paragraph, as many as fit into 60 words."""
    above: list[tuple[int, str]] = []
    for paragraph in _paragraphs(content):
        found = HEADING.match(paragraph)
        if found:
            level = len(found[1])
            above = [*(each for each in above if each[0] < level), (level, found[2])]
            continue
        heading = " › ".join(text for _, text in above)
        for piece in _fitting(paragraph):
            yield piece, heading


def _paragraphs(content: str) -> Iterator[str]:
    """Blocks between blank lines, a heading always alone. One that announces a list (`…:`) keeps it."""
    held: list[str] = []
    for line in map(str.rstrip, content.split("\n")):
        starts_new = bool(HEADING.match(line)) or (not line and not (held and "".join(held).endswith(":")))
        if starts_new and held:
            yield "\n".join(held).strip()
            held = []
        if HEADING.match(line):
            yield line
        elif line or held:
            held.append(line)
    if held:
        yield "\n".join(held).strip()


def _fitting(paragraph: str) -> Iterator[str]:
    """Slices of the paragraph, so that what is said is what was written, line breaks and all."""
    start = end = 0
    for sentence_end in _sentence_ends(paragraph):
        if end > start and len(paragraph[start:sentence_end].split()) > PASSAGE_WORDS:
            yield paragraph[start:end].strip()
            start = end
        end = sentence_end
    if rest := paragraph[start:].strip():
        yield rest


def _sentence_ends(paragraph: str) -> Iterator[int]:
    start = 0
    for end in [*(match.start() for match in SENTENCE_END.finditer(paragraph)), len(paragraph)]:
        words = list(re.finditer(r"\S+", paragraph[start:end]))
        if len(words) > LONGEST_WORDS:
            yield from (start + words[i].end() for i in range(PASSAGE_WORDS - 1, len(words) - 1, PASSAGE_WORDS))
        yield end
        start = end
