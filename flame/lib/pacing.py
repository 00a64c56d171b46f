"""Keeping a pace together: buckets that all processes draw from, in Redis, or within the one process without it."""

import logging
import time
from functools import cache
from threading import Lock
from typing import NamedTuple

from django.conf import settings
from redis import Redis, RedisError

logger = logging.getLogger(__name__)

REDIS_PAUSE_SECONDS = 5.0
MAX_LOCAL = 50_000
# One number a bucket, the moment at which it would be full again: GCRA, the leaky bucket as a meter (ITU-T I.371).
# Redis' own clock, so that machines need not agree on the time.
DRAW = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local wait = 0
for i = 1, #KEYS do
  local full = tonumber(redis.call('GET', KEYS[i]) or now)
  wait = math.max(wait, full - ARGV[2 * i - 1] * (ARGV[2 * i] - 1) - now)
end
if wait > 0 then return string.format('%.6f', wait) end
for i = 1, #KEYS do
  local full = math.max(now, tonumber(redis.call('GET', KEYS[i]) or now)) + ARGV[2 * i - 1]
  redis.call('SET', KEYS[i], string.format('%.6f', full), 'PX', math.ceil((full - now) * 1000) + 1)
end
return '0'
"""
EMPTY = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local full = now + ARGV[1]
if full > tonumber(redis.call('GET', KEYS[1]) or now) then
  redis.call('SET', KEYS[1], string.format('%.6f', full), 'PX', math.ceil(ARGV[1] * 1000) + 1)
end
"""

_guard = Lock()
_local: dict[str, float] = {}
_redis_asked_again_at = 0.0


class Bucket(NamedTuple):
    """At most `burst` at once, then one every `seconds`: who spends the burst has borrowed it from the time to come."""

    name: str
    seconds: float
    burst: int


def draw(*buckets: Bucket) -> float:
    """Take one from every bucket and answer 0, or take nothing and answer how many seconds are missing."""
    arguments = [number for bucket in buckets for number in (bucket.seconds, bucket.burst)]
    answer = _in_redis(DRAW, [key(bucket) for bucket in buckets], arguments)
    return _draw_locally(buckets) if answer is None else float(answer)


def empty(bucket: Bucket, seconds: float) -> None:
    """Nobody draws for so long, and then at the steady pace."""
    borrowed = seconds + bucket.seconds * (bucket.burst - 1)
    if _in_redis(EMPTY, [key(bucket)], [borrowed]) is None:
        with _guard:
            now = time.time()
            _local[key(bucket)] = max(_local.get(key(bucket), now), now + borrowed)


def key(bucket: Bucket) -> str:
    return f"pace:{bucket.name}"


@cache
def _client(url: str) -> "Redis":
    client: Redis = Redis.from_url(url, **settings.REDIS_TIMEOUTS)
    return client


def _in_redis(script: str, keys: list[str], arguments: list[float]) -> bytes | None:
    """What the script answers; None where there is no Redis, or none that answers."""
    global _redis_asked_again_at  # noqa: PLW0603 - one Redis a process
    if not settings.REDIS_URL or time.monotonic() < _redis_asked_again_at:
        return None
    try:
        answer: bytes | None = _client(settings.REDIS_URL).eval(script, len(keys), *keys, *arguments)
    except RedisError as error:
        logger.warning("Redis is away, this process paces itself alone: %s", error)
        _redis_asked_again_at = time.monotonic() + REDIS_PAUSE_SECONDS
        return None
    return answer or b"0"


def _draw_locally(buckets: tuple[Bucket, ...]) -> float:
    with _guard:
        now = time.time()
        waits = (_local.get(key(b), now) - b.seconds * (b.burst - 1) - now for b in buckets)
        if (wait := max(waits, default=0.0)) > 0:
            return wait
        for bucket in buckets:
            _local[key(bucket)] = max(now, _local.get(key(bucket), now)) + bucket.seconds
        if len(_local) > MAX_LOCAL:
            for name in [name for name, full in _local.items() if full <= now]:
                del _local[name]
        return 0.0
