"""A secret may be guessed at RATE_LIMIT_GUESSES times per window for one account from one address.

Which addresses are taken may be asked more often: a whole office signs up from one network, and each of them mistypes.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from flame.lib.addresses import client_network
from flame.lib.counting import Count, count, forget, so_far
from flame.lib.errors import Problem

LENIENT = {"address": 4}
"""How many times as often, by kind."""


@dataclass(frozen=True)
class Guesses:
    """Of one kind of secret. The try is counted before it is made, so a hundred at once are five."""

    kind: str
    account: str
    network: str

    def count_one(self) -> None:
        """Raises a 429 Problem when there were too many."""
        counted = count(self._name, settings.RATE_LIMIT_WINDOW_SECONDS)
        if counted.value > self._allowed:
            raise _refusal(counted)

    def refuse_spent(self) -> None:
        """Raises a 429 Problem when none is left. For what counts only what was wrong: a right guess tells as much."""
        counted = so_far(self._name, settings.RATE_LIMIT_WINDOW_SECONDS)
        if counted.value >= self._allowed:
            raise _refusal(counted)

    def forgive(self) -> None:
        """After a right one."""
        forget(self._name, settings.RATE_LIMIT_WINDOW_SECONDS)

    @property
    def _allowed(self) -> int:
        allowed: int = settings.RATE_LIMIT_GUESSES * LENIENT.get(self.kind, 1)
        return allowed

    @property
    def _name(self) -> str:
        return f"guess:{self.kind}:{self.network}:{self.account}"


def _refusal(counted: Count) -> Problem:
    message = _("Too many attempts; try again later.")
    return Problem(429, "too_many_attempts", message, headers={"Retry-After": str(counted.seconds_left)})


def guesses(kind: str, account: str, request: HttpRequest) -> Guesses:
    return Guesses(kind, account.strip().lower(), client_network(request))
