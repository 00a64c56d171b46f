"""What an engine promises.

`answer` is called by the registry for `ai` assistants only, outside any database transaction, from a worker thread. It
returns the text for the customer or a handoff, and raises `ProviderError` when it cannot do either, so that the next
engine is asked; `Cancelled` when the caller lost interest. It never returns a part of an answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from assistants.dialogue import Dialogue, Reply
from assistants.models import Assistant


def unheard(piece: str) -> None:
    """Nobody watches the text being written."""


def wanted() -> bool:
    """Nobody cancels."""
    return False


@dataclass(frozen=True)
class Watch:
    """Who looks on while an engine writes."""

    on_delta: Callable[[str], None] = unheard
    """Gets each piece of the text, in order. Pieces cannot be taken back, so a second try is written unheard."""
    cancelled: Callable[[], bool] = wanted
    """Asked several times a second; the first True ends the work."""


UNWATCHED = Watch()


class Provider(Protocol):
    def answer(self, assistant: Assistant, dialogue: Dialogue, language: str, watch: Watch) -> Reply: ...


class Cancelled(Exception):
    """The caller no longer wants the answer."""


class ProviderError(Exception):
    """The engine gave no usable answer. `code` is stable and safe to show; `detail` is JSON about the attempts."""

    def __init__(self, code: str, **detail: Any) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
