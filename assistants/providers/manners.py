"""What a server has taught us about its model: which parameters it refuses, and whether it thinks before it writes."""

from dataclasses import dataclass, field
from typing import Any

from assistants.providers.failures import THOUGHT_TOO_LONG, Failure

THINKING_ROOM = 4
"""How many times its ceiling a model gets that thought it away: what it thinks counts against what it may write."""


@dataclass
class Manners:
    """Learnt once per process. Threads that learn the same thing at once do no harm."""

    refused: set[str] = field(default_factory=set)
    thinks: bool = False

    def dress(self, request: dict[str, Any]) -> dict[str, Any]:
        """The request as this server takes it."""
        dressed = dict(request)
        if self.thinks:
            dressed["max_completion_tokens"] *= THINKING_ROOM
        if "max_completion_tokens" in self.refused:  # servers older than this name know the other one
            dressed["max_tokens"] = dressed["max_completion_tokens"]
        if "tools" in self.refused:  # a choice among none is refused too
            dressed.pop("tool_choice", None)
        return {name: value for name, value in dressed.items() if name not in self.refused}

    def learn(self, failure: Failure) -> bool:
        """Whether the failure says something new, so that the next request is another one."""
        if failure.code == THOUGHT_TOO_LONG and not self.thinks:
            self.thinks = True
            return True
        if failure.parameter and failure.parameter not in self.refused:
            self.refused.add(failure.parameter)
            return True
        return False
