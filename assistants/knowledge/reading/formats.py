"""Which reader a file name's ending stands for."""

from collections.abc import Callable
from typing import Any

from assistants.knowledge.reading import documents, pdf, plain, tables
from assistants.knowledge.reading.limits import CHARACTERS, Refused

Reader = Callable[[bytes], dict[str, Any]]


def _text(read: Callable[[bytes], str]) -> Reader:
    def checked(raw: bytes) -> dict[str, Any]:
        content = plain.tidy(read(raw))
        if not content:
            raise Refused("empty")
        if len(content) > CHARACTERS:
            raise Refused("too_much_text", limit=CHARACTERS)
        return {"content": content}

    return checked


READERS: dict[str, Reader] = {
    "txt": _text(plain.decoded),
    "md": _text(plain.markdown),
    "markdown": _text(plain.markdown),
    "html": _text(documents.html),
    "htm": _text(documents.html),
    "pdf": _text(pdf.text),
    "docx": _text(documents.docx),
    "csv": lambda raw: {"items": tables.from_csv(plain.decoded(raw))},
    "json": lambda raw: {"items": tables.from_json(raw)},
}
