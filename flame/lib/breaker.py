"""A circuit breaker: who failed often lately is left alone for a while, then asked once."""

import time
from collections import deque
from collections.abc import Callable
from threading import Lock

FAILURES = 5
WITHIN_SECONDS = 60.0
OPEN_SECONDS = 30.0


class Breaker:
    """Closed: everybody may ask. Open: nobody. After 30 s one asks, and its outcome closes or opens it again.

    Each process has its own: what it spares is the waiting, so nothing is lost where two processes disagree.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failures: deque[float] = deque(maxlen=FAILURES)
        self._asks_again_at: float | None = None

    def lets_through(self) -> bool:
        """Whether to ask now. Who was let through reports the outcome; a probe that does not makes way for another."""
        with self._lock:
            now = self._clock()
            if self._asks_again_at is None:
                return True
            if now < self._asks_again_at:
                return False
            self._asks_again_at = now + OPEN_SECONDS
            return True

    def seconds_left(self) -> float:
        """Until the next probe; 0 while everybody may ask."""
        with self._lock:
            return max(0.0, (self._asks_again_at or 0.0) - self._clock())

    def succeeded(self) -> None:
        with self._lock:
            self._failures.clear()
            self._asks_again_at = None

    def failed(self) -> None:
        with self._lock:
            now = self._clock()
            self._failures.append(now)
            often = len(self._failures) == FAILURES and now - self._failures[0] <= WITHIN_SECONDS
            if often or self._asks_again_at is not None:
                self._asks_again_at = now + OPEN_SECONDS
