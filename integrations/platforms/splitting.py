"""Cutting a long text into messages that a platform takes, where a reader would pause."""

import unicodedata
from collections.abc import Callable

# Best first: a paragraph, a line, the end of a sentence, a word.
PAUSES = ("\n\n", "\n", ". ", "? ", "! ", "… ", "; ", ", ", " ")

JOINER = "\u200d"
SKIN_TONES = {chr(code) for code in range(0x1F3FB, 0x1F400)}
FLAG_LETTERS = {chr(code) for code in range(0x1F1E6, 0x1F200)}
LONGEST_CHARACTER = 32
"""Code points: an emoji of a family with skin tones has 11."""


def split_text(text: str, limit: int, size: Callable[[str], int] = len) -> list[str]:
    """The text in pieces of at most `limit` by `size`, without the blanks at the cuts. No text: no pieces."""
    pieces = []
    rest = text.strip()
    while size(rest) > limit:
        cut = _cut(rest, _longest(rest, limit, size))
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest] if rest else pieces


def _longest(text: str, limit: int, size: Callable[[str], int]) -> int:
    """How many characters fit. No character is smaller than one unit, and at least one is always taken."""
    low, high = 1, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle]) <= limit else (low, middle - 1)
    return low


def _cut(text: str, end: int) -> int:
    """The last good pause in the second half of what fits, else its end."""
    for pause in PAUSES:
        at = text.rfind(pause, end // 2, end + 1)
        if at > 0:
            return min(at + len(pause), end)
    return _whole(text, end)


def _whole(text: str, end: int) -> int:
    """The end before the character that it would tear: an accent, an emoji of several, a flag's two letters."""
    at = end
    while at > max(0, end - LONGEST_CHARACTER) and _joined(text, at):
        at -= 1
    return at if at > 0 and not _joined(text, at) else end


def _joined(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at : at + 1]
    if not before or not after:
        return False
    if JOINER in (before, after) or after in SKIN_TONES or unicodedata.category(after).startswith("M"):
        return True
    return after in FLAG_LETTERS and _flag_letters(text, at) % 2 == 1


def _flag_letters(text: str, at: int) -> int:
    """How many stand together right before."""
    start = at
    while start and text[start - 1] in FLAG_LETTERS:
        start -= 1
    return at - start


def utf8_bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2
