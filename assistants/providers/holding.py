"""Holds a text's first pieces back while they may still be a sign that no customer should see."""

from collections.abc import Callable


class Holding:
    def __init__(self, on_delta: Callable[[str], None], sign: str) -> None:
        self._on_delta = on_delta
        self._sign = sign
        self._held: str | None = ""

    def hear(self, piece: str) -> None:
        """Pass a piece on, with what was held, as soon as the text cannot begin with the sign."""
        if self._held is None:
            self._on_delta(piece)
            return
        self._held += piece
        begun = self._held.lstrip()
        if not begun.startswith(self._sign) and not self._sign.startswith(begun):
            held, self._held = self._held, None
            self._on_delta(held)
