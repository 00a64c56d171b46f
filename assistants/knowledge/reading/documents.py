"""Pages of the web and documents of Word, as text with headings."""

import io
import re
import zipfile
from collections.abc import Iterator

import docx as word
import lxml.html
from docx.table import Table
from docx.text.paragraph import Paragraph

from assistants.knowledge.reading.limits import Refused

UNPACKED_BYTES = 50 * 2**20
SILENT = {
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "nav",
    "footer",
    "header",
    "aside",
    "form",
    "iframe",
    "head",
}
BLOCKS = frozenset(
    [
        *("address", "article", "blockquote", "body", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption"),
        *("figure", "html", "main", "ol", "p", "pre", "section", "summary", "table", "tr", "ul"),
    ]
)
HEADING_LEVELS = {f"h{level}": level for level in range(1, 7)}


def html(raw: bytes) -> str:
    """What a visitor reads: no menus, no scripts, no forms."""
    try:
        raw.decode()
        said: str | None = "utf-8"
    except UnicodeDecodeError:
        said = None  # then the page says it, or the parser guesses
    try:
        root = lxml.html.document_fromstring(raw, parser=lxml.html.HTMLParser(encoding=said))
    except (lxml.etree.ParserError, ValueError) as error:
        raise Refused("empty") from error
    main = root.xpath("//main | //article") or [root]
    return "".join(text for element in main[:1] for text in _walk(element))


def _walk(root: lxml.html.HtmlElement) -> Iterator[str]:
    """Step by step and not by recursion: a page may nest ten thousand elements."""
    silent = 0
    for event, element in lxml.etree.iterwalk(root, events=("start", "end", "comment")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "comment" or not tag:
            if element.tail and not silent:
                yield _plain(element.tail)
            continue
        starts = event == "start"
        if tag in SILENT:
            silent += 1 if starts else -1
        if not silent:
            yield _mark(tag, starts=starts)
            if starts and element.text and tag not in SILENT:
                yield _plain(element.text)
        if not starts and element is not root and element.tail and not silent:
            yield _plain(element.tail)


def _mark(tag: str, *, starts: bool) -> str:
    if tag in HEADING_LEVELS:
        return f"\n\n{'#' * HEADING_LEVELS[tag]} " if starts else "\n\n"
    if tag == "br":
        return "\n" if starts else ""
    if tag == "li":
        return "\n- " if starts else ""
    if tag in {"td", "th"}:
        return "" if starts else " | "
    return "\n\n" if tag in BLOCKS else ""


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def docx(raw: bytes) -> str:
    """Paragraphs, headings and tables in their order."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > UNPACKED_BYTES:
            raise Refused("too_costly")
    document = word.Document(io.BytesIO(raw))
    return "\n\n".join(_block(block) for block in document.iter_inner_content())


def _block(block: Paragraph | Table) -> str:
    if isinstance(block, Table):
        return "\n".join(" | ".join(cell.text.strip() for cell in row.cells) for row in block.rows)
    style = (block.style.name or "") if block.style else ""
    level = re.fullmatch(r"Heading ([1-6])", style)
    if level or style == "Title":
        return f"{'#' * int(level[1] if level else 1)} {_plain(block.text)}"
    return f"- {block.text}" if style.startswith("List") else block.text
