"""The text layer of a PDF, its wrapped lines joined again."""

import re
from collections.abc import Iterator
from statistics import quantiles

import pypdfium2

from assistants.knowledge.reading.limits import CHARACTERS, PAGES, Refused
from assistants.knowledge.reading.plain import tidy

FULL_LINE = 0.7
"""A line that is this much of a page's long ones was cut by the margin, not by its writer."""


def text(raw: bytes) -> str:
    try:
        document = pypdfium2.PdfDocument(raw)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        raise Refused("password" if "assword" in str(error) else "broken_file") from error
    if count > PAGES:
        raise Refused("too_many_pages", limit=PAGES)
    found = "\n\n".join(
        _bounded(_joined(tidy(document[number].get_textpage().get_text_range())) for number in range(count))
    )
    if count and not found.strip():
        raise Refused("no_text_layer")
    return found


def _bounded(pages: Iterator[str]) -> Iterator[str]:
    room = CHARACTERS
    for page in pages:
        room -= len(page)
        if room < 0:
            raise Refused("too_much_text", limit=CHARACTERS)
        yield page


def _joined(page: str) -> str:
    """Paragraphs of whole lines. A short line, or one that ends a sentence, ends where it ends."""
    lines = page.split("\n")
    lengths = [len(line) for line in lines if line]
    long = quantiles(lengths, n=10)[-1] if len(lengths) > 1 else 0
    joined = ""
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        was_cut = len(line) >= long * FULL_LINE and not re.search(r"[.!?:…]$", line)
        if line.endswith("-") and after[:1].islower():
            joined += line[:-1]
        elif line and after and (was_cut or after[0].islower()):
            joined += f"{line} "
        else:
            joined += f"{line}\n"
    return joined.strip()
