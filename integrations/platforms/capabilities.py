"""What a platform takes, as a table: messages are checked against it before they are queued, and the API shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from integrations.platforms.splitting import utf8_bytes, utf16_units

Unit = Literal["characters", "utf16", "bytes"]
"""How a platform counts the length of a text: code points, UTF-16 units or UTF-8 bytes."""
MediaType = Literal["image", "file", "audio", "video"]
ChoiceKind = Literal["buttons", "list", "quick_replies", "inline_keyboard"]

SIZES = {"characters": len, "utf16": utf16_units, "bytes": utf8_bytes}


@dataclass(frozen=True)
class Media:
    """Files of one type that go out. `mimes`: the types taken; none: any. `caption`: how long a text goes with it."""

    max_bytes: int
    mimes: tuple[str, ...] = ()
    caption: int = 0


@dataclass(frozen=True)
class Choice:
    """One thing to tap. The tap comes back as a message with the title as its text and `metadata["payload"]` = id."""

    id: str
    title: str


@dataclass(frozen=True)
class Choices:
    """One way to offer choices for a tap. `max_id` in bytes; `max_text` is that of the text they hang under."""

    kind: ChoiceKind
    max: int
    max_title: int
    max_id: int
    max_text: int

    def takes(self, choices: Sequence[Choice]) -> bool:
        fits = (len(choice.title) <= self.max_title and utf8_bytes(choice.id) <= self.max_id for choice in choices)
        return 0 < len(choices) <= self.max and all(fits)


@dataclass(frozen=True)
class Pace:
    """At most `burst` messages at once, then one every `seconds`."""

    seconds: float
    burst: int


@dataclass(frozen=True)
class Capabilities:
    """What a platform can do.

    `choices`: the ways to offer some, best first; what fits none goes out as a numbered text. `window_hours`: how long
    after the customer's last message free text may go; None: always. `human_agent_hours`: the same for what a person
    writes, where the account may use it. `echoes_ref`: receipts or echoes repeat our message id, so an unknown send can
    be settled. `html`: marks in a text are rendered. `typing_seconds`: how long it is shown that we type; 0: never.
    `mark_read`: the customer is shown that we read.
    """

    max_text: int
    echoes_ref: bool
    receipts: bool
    window_hours: int | None
    text_unit: Unit = "characters"
    media: tuple[tuple[MediaType, Media], ...] = ()
    choices: tuple[Choices, ...] = ()
    replies: bool = True
    templates: bool = False
    html: bool = False
    human_agent_hours: int | None = None
    typing_seconds: int = 0
    mark_read: bool = False
    account_pace: Pace = Pace(1 / 300, burst=60)
    contact_pace: Pace | None = None

    def size(self, text: str) -> int:
        """The length of a text as the platform counts it."""
        return SIZES[self.text_unit](text)

    def media_of(self, kind: str) -> Media | None:
        """What is taken of a message type; None when nothing is."""
        return next((media for name, media in self.media if name == kind), None)

    def style(self, text: str, choices: Sequence[Choice]) -> Choices | None:
        """How these choices are offered under the text; None when they cannot be tapped here."""
        size = self.size(text)
        return next((style for style in self.choices if size <= style.max_text and style.takes(choices)), None)
