"""Questions and answers from a table or from JSON. The first row that is wrong is named, and nothing is taken."""

import csv
import json
from collections.abc import Iterable
from typing import Any

from assistants.knowledge.reading.limits import CHARACTERS, Refused
from assistants.knowledge.reading.plain import decoded

COLUMNS = {
    "question": {"question", "pregunta", "q", "questions", "preguntas"},
    "answer": {"answer", "respuesta", "a", "r", "answers", "respuestas"},
    "phrasings": {"phrasings", "variantes", "variants", "formas", "alternatives", "alternativas", "sinonimos"},
}
BETWEEN_PHRASINGS = "|"
FIRST_ROW = 2
"""The row below the names of the columns, as a spreadsheet counts."""


def from_csv(text: str) -> list[dict[str, Any]]:
    """Columns by their names, in Spanish or English; phrasings stand in one cell, between bars, or in more columns."""
    csv.field_size_limit(CHARACTERS)
    lines = text.lstrip("\ufeff").splitlines(keepends=True)
    separator = max(";,\t", key=(lines[0] if lines else "").count)
    try:
        rows = list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error as error:
        raise Refused("broken_file") from error
    if not rows:
        raise Refused("empty")
    names = [_column(cell) for cell in rows[0]]
    if "question" not in names or "answer" not in names:
        raise Refused("no_columns")
    written = [(number, row) for number, row in enumerate(rows[1:], FIRST_ROW) if any(cell.strip() for cell in row)]
    return _some(_item(number, _named(names, row)) for number, row in written)


def from_json(raw: bytes) -> list[dict[str, Any]]:
    """A list of {question, answer, phrasings?}, alone or as the only list of an object. Rows count from 1."""
    try:
        found = json.loads(decoded(raw))
    except ValueError as error:
        raise Refused("bad_json") from error
    if isinstance(found, dict):
        found = next((value for value in found.values() if isinstance(value, list)), None)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Refused("not_a_faq")
    renamed = [{_column(key): value for key, value in each.items()} for each in found]
    return _some(_item(number, each) for number, each in enumerate(renamed, 1))


def _column(name: str) -> str:
    plain = name.strip().lower().translate(str.maketrans("áéíóú", "aeiou"))
    return next((column for column, names in COLUMNS.items() if plain in names), plain)


def _named(names: list[str], row: list[str]) -> dict[str, Any]:
    cells = list(zip(names, row, strict=False))
    phrasings = [text for name, cell in cells if name == "phrasings" for text in cell.split(BETWEEN_PHRASINGS)]
    return {**dict(cells), "phrasings": phrasings}


def _item(number: int, cells: dict[str, Any]) -> dict[str, Any]:
    question, answer, phrasings = (cells.get(name) for name in COLUMNS)
    if not isinstance(question, str) or not question.strip():
        raise Refused("row_without_question", row=number)
    if not isinstance(answer, str) or not answer.strip():
        raise Refused("row_without_answer", row=number)
    if not isinstance(phrasings or [], list) or not all(isinstance(text, str) for text in phrasings or []):
        raise Refused("bad_phrasings", row=number)
    asked = [text.strip() for text in phrasings or [] if text.strip()]
    return {"question": question.strip(), "answer": answer.strip(), "phrasings": asked}


def _some(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    found = list(items)
    if not found:
        raise Refused("empty")
    return found
