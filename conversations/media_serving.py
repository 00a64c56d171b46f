"""A file as an HTTP answer that no browser runs or shows as a page of ours, whatever a stranger put in it."""

import re
from contextlib import closing

from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from conversations.models import Attachment
from flame.lib.errors import Problem

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
SAFE = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, max-age=900, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}


def refuse_unstored(row: Attachment) -> None:
    if row.state == Attachment.State.PENDING:
        sentence = _("The file is still on its way; try again shortly.")
        raise Problem(409, "media_pending", sentence, headers={"Retry-After": "5"})
    if row.state != Attachment.State.STORED:
        raise Problem(410, "media_unavailable", _("The file could not be fetched, or is no longer kept."))


def served(row: Attachment, wanted: str = "") -> HttpResponse:
    """The file, or the one range of it that is wanted. Raises a Problem while there is none."""
    refuse_unstored(row)
    size = row.size or 0
    first, last = part_of(wanted, size)
    try:
        with closing(default_storage.open(row.file)) as file:
            file.seek(first)
            content = file.read(last - first + 1)
    except FileNotFoundError:
        raise Problem(410, "media_unavailable", _("The file could not be fetched, or is no longer kept.")) from None
    whole = len(content) == size
    answer = HttpResponse(content, status=200 if whole else 206, content_type=row.mime, headers=SAFE)
    if not whole:
        answer.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=row.name or "file")
    return answer


def part_of(wanted: str, size: int) -> tuple[int, int]:
    """First and last byte. What is no single range asks for everything (RFC 9110, 14.2)."""
    match = RANGE.fullmatch(wanted.strip())
    first, last = match.groups() if match else ("", "")
    if not size or not (first or last) or (first and last and int(last) < int(first)):
        return 0, size - 1
    start = int(first) if first else max(0, size - int(last))
    if start >= size:
        sentence, heads = _("The file is shorter."), {"Content-Range": f"bytes */{size}"}
        raise Problem(416, "range_not_satisfiable", sentence, headers=heads)
    return start, min(int(last), size - 1) if first and last else size - 1
