"""A file that a spreadsheet opens without running anything in it."""

import csv
import io

import pytest

from accounts.models import User
from flame.lib import csv_export
from flame.lib.csv_export import cell, csv_response


@pytest.mark.parametrize("text", ["=1+1", "+5215550001111", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_a_formula_becomes_text(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "true"), (3, "3"), (-3, "'-3"), ("a=b", "a=b"), (["vip", "ñ"], '["vip", "ñ"]'), ({}, "{}")],
)
def test_a_value_becomes_a_cell(value, text):
    assert cell(value) == text


def test_a_cell_keeps_its_quotes_and_lines():
    rows = [{"name": 'Eva "la jefa"', "text": "uno\ndos, tres"}, {"name": "=x", "text": ""}]
    answer = csv_response("things", rows)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))) == [
        ["name", "text"],
        ['Eva "la jefa"', "uno\ndos, tres"],
        ["'=x", ""],
    ]


def test_too_many_rows_are_refused_and_nothing_is_cut_off(client, ana, bruno, monkeypatch):
    monkeypatch.setattr(csv_export, "MAX_ROWS", 2)
    staff = User.objects.create_superuser("staff@example.com", "staff-secret-1", name="Staff")
    client.force_login(staff)
    everybody = {"action": "export_csv", "_selected_action": [ana.pk], "select_across": "1"}
    answer = client.post("/admin/accounts/user/", everybody, follow=True)
    assert "Un archivo admite 2 filas; elige menos." in answer.content.decode()
    two = {"action": "export_csv", "_selected_action": [ana.pk, bruno.pk], "confirmed": "yes"}
    assert client.post("/admin/accounts/user/", two).headers["Content-Type"] == "text/csv; charset=utf-8"
