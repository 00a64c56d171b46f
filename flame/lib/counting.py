"""Counting what happens in a window of time, exactly, for all processes together."""

import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import BaseCache, caches
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
REDIS_PAUSE_SECONDS = 5.0
_redis_asked_again_at = 0.0


@dataclass(frozen=True)
class Count:
    """How often it happened in the running window, this time included, and when the window ends (Unix time)."""

    value: int
    ends_at: int

    @property
    def seconds_left(self) -> int:
        return max(1, self.ends_at - int(time.time()))


def count(name: str, window_seconds: int) -> Count:
    """Count one more."""
    number = int(time.time()) // window_seconds
    key = _key(name, number)
    return Count(_ask(lambda cache: _increment(cache, key, window_seconds)), (number + 1) * window_seconds)


def so_far(name: str, window_seconds: int) -> Count:
    """The count as it stands; nothing is counted, and this time is not included."""
    number = int(time.time()) // window_seconds
    key = _key(name, number)
    return Count(_ask(lambda cache: int(cache.get(key, 0))), (number + 1) * window_seconds)


def forget(name: str, window_seconds: int) -> None:
    """Begin the running window anew."""
    key = _key(name, int(time.time()) // window_seconds)
    caches["local"].delete(key)
    try:
        caches["default"].delete(key)
    except RedisError as error:
        logger.warning("A count was not forgotten: %s", error)


def _key(name: str, number: int) -> str:
    # The window's number is part of the key: Redis' INCR makes a key that has just expired anew, and for ever.
    return f"count:{hashlib.sha256(name.encode()).hexdigest()}:{number}"


def _ask(question: Callable[[BaseCache], int]) -> int:
    """Without Redis each process counts alone: laxer, but never open, and no request waits for Redis each time."""
    global _redis_asked_again_at  # noqa: PLW0603 - one Redis a process
    if time.monotonic() >= _redis_asked_again_at:
        try:
            return question(caches["default"])
        except RedisError as error:
            logger.warning("Redis is away, this process counts alone: %s", error)
            _redis_asked_again_at = time.monotonic() + REDIS_PAUSE_SECONDS
    return question(caches["local"])


def _increment(cache: BaseCache, key: str, seconds: int) -> int:
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key)
    except ValueError:  # evicted in between
        return 1
