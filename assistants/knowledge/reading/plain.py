"""Text files, and what all text has to be before it is kept."""

import codecs
import re
import unicodedata

from assistants.knowledge.reading.limits import Refused

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decoded(raw: bytes) -> str:
    """By its mark, as UTF-8, or as what Windows wrote before. Raises Refused for what is no text."""
    encodings = [encoding for mark, encoding in _MARKS if raw.startswith(mark)] or ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            found = raw.decode(encoding)
        except UnicodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1a]", found):
            return found
    raise Refused("not_text")


def tidy(text: str) -> str:
    """One kind of line break, composed accents, no invisible characters, at most one blank line."""
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text)
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    text = re.sub(r"[^\S\n]+", " ", text)
    return re.sub(r" ?\n(?: ?\n)+ ?", "\n\n", re.sub(r" +\n", "\n", text)).strip()


def markdown(raw: bytes) -> str:
    """Headings stay, emphasis and front matter go; the rest reads as it is written."""
    found = re.sub(r"\A\ufeff?---\n.*?\n---\n", "", decoded(raw).replace("\r\n", "\n"), flags=re.DOTALL)
    found = re.sub(r"(?m)^([^\n#>|\-*].*)\n=+[ \t]*$", r"# \1", found)
    found = re.sub(r"(?m)^([^\n#>|\-*].*)\n-{3,}[ \t]*$", r"## \1", found)
    found = re.sub(r"(?m)^(?:```.*|[ \t]*[-*_]{3,}[ \t]*)$", "", found)
    found = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", found)
    found = re.sub(r"\[([^\]]+)\]\((https?://[^)\s]+)[^)]*\)", r"\1 (\2)", found)
    return re.sub(r"(\*\*|__|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|`)", "", found)
