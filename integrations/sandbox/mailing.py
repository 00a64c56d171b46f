"""In which bodies, in which order and by which clock the webhooks of an order go out."""

import random
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

Body = dict[str, Any]
Order = Literal["as_written", "reverse", "shuffled"]
CLOCKS = ("timestamp", "date", "edit_date", "time")
FIRST_MILLISECOND = 10**11


class Letter(NamedTuple):
    """A webhook body, and the messages that it brings."""

    messages: tuple[str, ...]
    body: Body


def arranged(letters: Sequence[Letter], order: Order, *, batch: bool, clock: float) -> list[Letter]:
    """Raises ValueError where the platform sends one event at a time."""
    shifted = [Letter(letter.messages, moved(letter.body, clock) if clock else letter.body) for letter in letters]
    if order == "reverse":
        shifted.reverse()
    elif order == "shuffled":
        random.shuffle(shifted)
    return [together(shifted)] if batch else shifted


def together(letters: Sequence[Letter]) -> Letter:
    """All in one body, as Meta does after it could not reach us for a while."""
    if any("entry" not in letter.body for letter in letters):
        raise ValueError("Telegram sends one update a webhook, so there are no batches.")
    entries = [entry for letter in letters for entry in letter.body["entry"]]
    return Letter(tuple(name for letter in letters for name in letter.messages), {**letters[0].body, "entry": entries})


def moved(value: Any, seconds: float) -> Any:
    """The same by a clock that is `seconds` ahead, or behind: seconds or milliseconds, numbers or digits."""
    if isinstance(value, list):
        return [moved(part, seconds) for part in value]
    if isinstance(value, dict):
        return {key: tick(part, seconds) if key in CLOCKS else moved(part, seconds) for key, part in value.items()}
    return value


def tick(value: Any, seconds: float) -> Any:
    if not isinstance(value, int | str) or not str(value).isdecimal():
        return moved(value, seconds)
    unit = 1000 if int(value) >= FIRST_MILLISECOND else 1
    return type(value)(int(value) + int(seconds * unit))
