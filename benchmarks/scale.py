"""How much is measured. Both sizes keep to a time that somebody waits for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    rounds: int
    """Of the door: plain view and door in turn, so that a noisy minute hits both."""
    plain: int
    door: int
    connections: int
    burst: int
    burst_conversations: int
    frames: int
    """Webhooks of the latency to a socket."""
    replies: int
    texts: int
    """Replies that a model writes."""
    reads: int
    crowds: tuple[int, ...]
    passages: int
    """That an assistant learns."""


DEFAULT = Scale(3, 300, 3000, 50, 2000, 200, 200, 60, 100, 200, (10_000,), 10_000)
QUICK = Scale(1, 150, 1200, 50, 300, 30, 25, 15, 30, 40, (10_000,), 1_000)
LARGE = (200_000,)
