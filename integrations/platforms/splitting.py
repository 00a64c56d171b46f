"""Cutting a long text into messages that a platform takes, where a reader would pause."""

from collections.abc import Callable

# Best first: a paragraph, a line, the end of a sentence, a word.
PAUSES = ("\n\n", "\n", ". ", "? ", "! ", "… ", "; ", ", ", " ")


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
    return end


def utf8_bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2
