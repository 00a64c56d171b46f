"""What an assistant may say, in passages that each can stand alone."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Passage:
    id: str
    """`<source id>:<number in the source>`"""
    source_id: str
    title: str
    text: str
    """The approved words, to be said as they are: a piece of the source, untouched."""
    questions: tuple[str, ...] = ()
    """The ways in which people ask for it; empty for running text."""
    heading: str = ""
    """The headings above running text, outermost first. Searched, never said."""


SENTENCE_END = re.compile(r"(?<=[.!?…])(?<!\b\w\.)(?<!\b\w\w\.)(?<!\b\d\.)\s+(?=[¿¡\"“(]?[A-ZÁÉÍÓÚÑ0-9])|\n+")
"""An abbreviation (`Av. Juárez`) or a list number ends no sentence."""

LONGEST_LINE = 30
"""In words: a longer one is a paragraph."""


def sentences(text: str) -> list[str]:
    """Sentences and lines, each with its closing mark."""
    return [part.strip() for part in SENTENCE_END.split(text) if part.strip()]


def units(text: str) -> list[str]:
    """What may be quoted alone: the lines of a list, of which each stands for itself, or else the sentences."""
    return [line.strip() for line in text.split("\n") if line.strip()] if is_list(text) else sentences(text)


def is_list(text: str) -> bool:
    lines = [line for line in text.split("\n") if line.strip()]
    return len(lines) > 1 and all(len(line.split()) <= LONGEST_LINE for line in lines)
