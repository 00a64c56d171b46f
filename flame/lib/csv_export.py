"""Rows of an admin list as a CSV file for a spreadsheet."""

import csv
import json
import logging
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flame.lib.asking_first import ask_first, is_confirmed

logger = logging.getLogger(__name__)

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"), full-width forms included."""
MAX_ROWS = 50_000
BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads the file in the code page of its country."""


class ExportsCSV:
    """Beside ModelAdmin: the action `export_csv`. It asks first: the file takes people's data out of the house."""

    opts: Any
    message_user: Any

    def csv_row(self, row: Any) -> Mapping[str, Any]:
        """The row's cells by the names of their columns, the same for all."""
        raise NotImplementedError

    @admin.action(description=gettext_lazy("Export as CSV"))
    def export_csv(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        if rows.count() > MAX_ROWS:
            text = _("One file takes %(most)d rows; choose fewer.") % {"most": MAX_ROWS}
            self.message_user(request, text, messages.ERROR)
            return None
        if not is_confirmed(request):
            return ask_first(self, request, rows, _("Export these rows? The file holds personal data."))
        return csv_response(self.opts.db_table, map(self.csv_row, rows.iterator(2000)))


def csv_response(name: str, rows: Iterable[Mapping[str, Any]]) -> HttpResponse:
    """A download. A cell that a spreadsheet would run as a formula begins with an apostrophe."""
    text, count = StringIO(), 0
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    for count, row in enumerate(rows, 1):
        if count == 1:
            writer.writerow(row)
        writer.writerow([cell(value) for value in row.values()])
    logger.info("%d rows of %s were exported.", count, name)
    return HttpResponse(
        BYTE_ORDER_MARK + text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(FORMULA) else text
