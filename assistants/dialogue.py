"""What an engine reads and writes: plain values, so it knows no platform and no conversation."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Author = Literal["customer", "assistant", "agent"]
ReplyKind = Literal["answer", "choices", "handoff", "auto", "out_of_hours", "silence"]
Decision = Literal["answer", "choices", "handoff"]
Certainty = Literal["sure", "close", "low"]


@dataclass(frozen=True)
class Turn:
    author: Author
    text: str
    at: datetime
    kind: ReplyKind | Literal[""] = ""
    """The kind of the reply that this turn was, if an assistant wrote it."""
    choices: tuple[str, ...] = ()
    """The questions that this turn offered, in the order of their numbers."""


@dataclass(frozen=True)
class Dialogue:
    turns: tuple[Turn, ...]
    """In order, newest last."""
    contact_name: str = ""
    platform: str = ""
    language: str = ""
    """`es`, `en`, or empty when nobody said: then the customer's words decide."""
    out_of_hours_text: str = ""
    """What is said where the assistant is closed and has no text of its own for that."""
    priority: str = ""
    known_tags: tuple[str, ...] = ()
    """Those that the account's threads carry already."""

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
    def offered(self) -> tuple[str, ...]:
        """The questions that the burst may be choosing from."""
        before = self.turns[: len(self.turns) - len(self.burst)]
        return before[-1].choices if before else ()

    @property
    def first_name(self) -> str:
        return self.contact_name.split()[0] if self.contact_name.strip() else ""


@dataclass(frozen=True)
class Consulted:
    """A passage that an engine weighed for a reply."""

    id: str
    source_id: str
    title: str
    text: str
    score: float
    """How much of the question it explains, 0 to 1."""
    cited: bool = False
    """Whether the reply rests on it."""


@dataclass(frozen=True)
class Effects:
    """What tools asked for beside the text; whoever holds the thread carries them out, or not."""

    priority: str = ""
    """Only ever raised."""
    tags: tuple[str, ...] = ()
    resolve: str = ""
    """Why the matter is settled; empty: it is not."""
    summary: str = ""
    """For the person who takes over, in two lines."""


@dataclass(frozen=True)
class Trace:
    """How a reply came to be: what its record keeps."""

    model: str = ""
    prompt_version: int | None = None
    knowledge_version: str = ""
    """The number of the version that was answered from."""
    tokens_in: int = 0
    tokens_out: int = 0
    first_token_seconds: float | None = None
    total_seconds: float | None = None
    tries: tuple[str, ...] = ()
    """How each request to the model ended, in order."""
    finish_reason: str = ""
    tool_calls: tuple[dict[str, Any], ...] = ()
    """JSON: `{name, arguments, outcome}`."""
    guard: dict[str, Any] = field(default_factory=dict)
    """JSON: `objections` to the first text, whether it was `rewritten`, the `final` objections."""
    fallback: tuple[dict[str, Any], ...] = ()
    """JSON: `{engine, error, …}` of each engine that was asked in vain before."""


@dataclass(frozen=True)
class Reply:
    text: str
    """For the customer, ready to send. Empty for silence."""
    kind: ReplyKind
    engine: str
    """`rules`, `embedded` or `openai`."""
    reason: str = ""
    """Why it is what it is, as a stable code: of a handoff `asked_for_person`, `not_known`, `guard`, …; of a silence,
    the gate that was closed."""
    confidence: float | None = None
    """How well the knowledge covers the question, 0 to 1; None where no knowledge was asked."""
    certainty: Certainty = "sure"
    """The confidence against the thresholds of the published knowledge: of an answer, whether it may go unread."""
    choices: tuple[str, ...] = ()
    """Up to three questions, one of which the customer may mean. `text` introduces them and does not list them."""
    draft: str = ""
    """What was written and must not go out unread: a person may send it."""
    passages: tuple[Consulted, ...] = ()
    """Best first, up to ten."""
    effects: Effects = Effects()
    trace: Trace = Trace()

    @property
    def decision(self) -> Decision:
        """What the customer gets, whoever wrote it."""
        return self.kind if self.kind in ("choices", "handoff") else "answer"
