"""What an engine reads and writes: plain values, so it knows no platform and no conversation."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Author = Literal["customer", "assistant", "agent"]
ReplyKind = Literal["answer", "auto", "out_of_hours", "handoff"]


@dataclass(frozen=True)
class Turn:
    author: Author
    text: str
    at: datetime
    kind: ReplyKind | Literal[""] = ""
    """The kind of the reply that this turn was, if an assistant wrote it."""


@dataclass(frozen=True)
class Dialogue:
    turns: tuple[Turn, ...]
    """In order, newest last."""
    contact_name: str = ""
    platform: str = ""
    language: str = ""
    """`es`, `en`, or empty when nobody said: then the customer's words decide."""

    @property
    def burst(self) -> tuple[Turn, ...]:
        """What the customer wrote since anybody answered."""
        start = len(self.turns)
        while start and self.turns[start - 1].author == "customer":
            start -= 1
        return self.turns[start:]

    @property
    def question(self) -> str:
        return "\n".join(turn.text for turn in self.burst).strip()

    @property
    def first_name(self) -> str:
        return self.contact_name.split()[0] if self.contact_name.strip() else ""


@dataclass(frozen=True)
class Reply:
    text: str
    kind: ReplyKind
    engine: str
    """`rules`, `embedded` or `openai`."""
    handoff: bool = False
    """A person takes over; the text says so to the customer."""
    confidence: float | None = None
    """How well the knowledge covers the question, 0 to 1; None where no knowledge was asked."""
    detail: dict[str, Any] = field(default_factory=dict)
    """JSON: `reason`, `sources`, `passages`, `model`, `usage`, `times`, `tries`, `guard`, `fallback` as they apply."""
