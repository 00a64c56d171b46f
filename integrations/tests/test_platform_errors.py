"""docs/platform-errors.md, row by row: what each code of the platforms' documentation is classed as."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from integrations.platforms.base import Response
from integrations.platforms.meta import errors as meta
from integrations.platforms.telegram import errors as telegram

PAGE = (Path(settings.BASE_DIR) / "docs/platform-errors.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if line.startswith("| `")]
CLASSES = [row for row in ROWS if len(row) == 4]


def listed(column):
    return [(row[0].strip("`"), item) for row in CLASSES for item in filter(None, row[column].split(", "))]


def test_the_page_names_every_code_that_the_table_of_meta_decides():
    named = {item for _, item in listed(2)}
    ranges = {str(code) for code in (*range(200, 300), *range(80000, 80100))}
    assert {str(code) for code in meta.CLASSES} - ranges <= named
    assert {f"{code}/{subcode}" for code, subcode in meta.BY_SUBCODE} <= named


@pytest.mark.parametrize(("error_class", "item"), listed(2))
def test_a_code_of_meta_is_classed_as_the_page_says(error_class, item):
    code, _, subcode = item.partition("/")
    error = {"message": "No", "code": int(code), **({"error_subcode": int(subcode)} if subcode else {})}
    for status in (200, 400, 403, 429):
        refusal = meta.refusal(Response(status, {}, {"error": error}))
        assert (refusal.error_class, refusal.code) == (error_class, code)
    assert meta.refusal(Response(500, {}, {"error": error})).error_class == "unknown"


@pytest.mark.parametrize(("error_class", "item"), listed(3))
def test_an_answer_of_telegram_is_classed_as_the_page_says(error_class, item):
    status, _, words = item.partition(" ")
    body = {"ok": False, "error_code": int(status), "description": f"Bad Request: {words or 'no'}"}
    assert telegram.refusal(Response(int(status), {}, body)).error_class == error_class


def test_the_page_knows_every_class():
    classes = {row[0].strip("`") for row in CLASSES}
    assert classes == {re.match(r"`(\w+)`", row[0])[1] for row in ROWS if len(row) == 5}
    assert len(classes) == 8
