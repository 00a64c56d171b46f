"""Ringing a worker. The row is the queue and a sweep finds what nobody announced, so a bell that fails is only late."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from celery import Task
from django.db import transaction

logger = logging.getLogger(__name__)

# A broker that is away takes seconds to say so. One thread waits for it, and nobody waits for that thread.
_ringer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="doorbell")
_guard = threading.Lock()
_waiting: set[tuple[str, tuple[Any, ...]]] = set()
MAX_WAITING = 10_000


def ring(task: "Task[Any, Any]", *args: Any, countdown: float = 0) -> None:
    """Ask a worker to run the task. Returns at once; a bell that is already waiting to ring is not rung twice."""
    key = (task.name, args)
    with _guard:
        if key in _waiting or len(_waiting) >= MAX_WAITING:
            return
        _waiting.add(key)
    _ringer.submit(_ring, task, args, countdown)


def ring_on_commit(task: "Task[Any, Any]", *args: Any, countdown: float = 0) -> None:
    """The same, once the transaction that wrote the work is durable."""
    transaction.on_commit(partial(ring, task, *args, countdown=countdown))


def _ring(task: "Task[Any, Any]", args: tuple[Any, ...], countdown: float) -> None:
    with _guard:
        _waiting.discard((task.name, args))
    try:
        task.apply_async(args=args, countdown=countdown)
    except Exception as error:  # noqa: BLE001 - each broker has its own exceptions, and none may lose the caller's work
        logger.warning("The bell for %s did not ring (%s); the sweep will find its work.", task.name, error)
