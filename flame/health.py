"""`GET /health`: whether this instance can be used, told within seconds also when what it asks hangs.

200 with `OK`; 200 with `degraded` while messages are still taken in but something wants a person; 503 when nothing can
be stored. Without Redis all is stored and worked off later, so an instance without it stays in service.
"""

import logging
import resource
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NoAnswer
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from conversations.models import Conversation, Message
from flame.lib.times import utc
from flame.reachability import redis_trouble
from integrations.models import InboundEvent

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

ANSWER_SECONDS = 3.0
STALE_AFTER = timedelta(seconds=60)
"""Due work is found by a sweep within seconds; work that waits this long has no worker."""
STARTED = time.monotonic()

# One thread each: a question that hangs keeps later ones waiting, which then are answered with its silence.
_database = ThreadPoolExecutor(1, "health-database")
_redis = ThreadPoolExecutor(1, "health-redis")


# Without a session there is nothing to forge: an unknown method is a 405, not a 403.
@csrf_exempt
@never_cache
@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "OK", **process_facts()})


@csrf_exempt
@never_cache
@require_safe
def health(_request: HttpRequest) -> HttpResponse:
    asked_database = _database.submit(queue_facts)
    asked_redis = _redis.submit(redis_trouble, settings.REDIS_URL) if settings.REDIS_URL else None
    queue = answer(asked_database)
    redis = "not_configured" if asked_redis is None else spoken(answer(asked_redis) == "")
    return JsonResponse(
        {
            "status": status_of(queue, redis),
            **process_facts(),
            "database": spoken(queue is not None),
            "redis": redis,
            "queue": queue,
        },
        status=503 if queue is None else 200,
    )


def status_of(queue: dict[str, int] | None, redis: str) -> str:
    if queue is None:
        return "unavailable"
    return "degraded" if any(queue.values()) or redis == "unreachable" else "OK"


def spoken(reachable: bool) -> str:
    return "ok" if reachable else "unreachable"


def process_facts() -> dict[str, Any]:
    """`uptime` in seconds, `memory.rss` in bytes."""
    return {
        "timestamp": utc(timezone.now()),
        "uptime": round(time.monotonic() - STARTED, 3),
        "memory": {"rss": resident_bytes()},
    }


def resident_bytes() -> int:
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS, KiB elsewhere
    return peak if sys.platform == "darwin" else peak * 1024


def answer(asked: "Future[Answer]") -> Answer | None:
    try:
        return asked.result(ANSWER_SECONDS)
    except NoAnswer:
        asked.cancel()
        logger.warning("No answer in %.0f s.", ANSWER_SECONDS)
    except DatabaseError as error:
        logger.warning("The database does not answer: %s", error)
    return None


def queue_facts() -> dict[str, int]:
    """How much of each queue waits for a person (`dead`) or for a worker that does not come (`stale`)."""
    limit = timezone.now() - STALE_AFTER
    unread = InboundEvent.objects.filter(state=InboundEvent.State.PENDING, next_at__lt=limit)
    unanswered = Conversation.objects.filter(answer_due_at__lt=limit).exclude(answer_lease_until__gt=limit)
    unsent = Message.objects.undelivered().filter(next_attempt_at__lt=limit)
    try:
        return {
            "dead": InboundEvent.objects.filter(state=InboundEvent.State.DEAD).count(),
            "stale": unread.count() + unanswered.count() + unsent.count(),
        }
    finally:
        connection.close()
