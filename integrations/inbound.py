"""The one port that points upward: what happened on a platform is handed to whoever registered, never imported."""

from collections.abc import Sequence
from enum import Enum
from typing import Protocol

from integrations.models import Integration
from integrations.platforms.base import InboundEvent


class Outcome(Enum):
    DONE = "done"
    PARKED = "parked"
    """Its message is not here yet: try again later."""
    IGNORED = "ignored"


class Receiver(Protocol):
    def __call__(
        self, integration: Integration, items: Sequence[Sequence[InboundEvent]], /
    ) -> list[Outcome | Exception]:
        """Take one conversation's items, in order, each with its events. Called inside a transaction.

        One outcome per item. An item that fails is undone alone and answered with its exception; the others hold.
        """
        ...


_receivers: list[Receiver] = []


def register(receiver: Receiver) -> None:
    """Called once, by the app above, when it is ready."""
    if receiver not in _receivers:
        _receivers.append(receiver)


def receiver() -> Receiver | None:
    return _receivers[0] if _receivers else None
