"""Ringing a worker. The row is the queue and a sweep finds what nobody announced, so a bell that fails is only late."""

import logging
from functools import partial
from typing import Any

from celery import Task
from django.db import transaction

logger = logging.getLogger(__name__)


def ring(task: "Task[Any, Any]", *args: Any, countdown: float = 0) -> None:
    """Ask a worker to run the task now; a broker that is away is logged and forgotten."""
    try:
        task.apply_async(args=args, countdown=countdown or None)
    except Exception as error:  # noqa: BLE001 - each broker has its own exceptions, and none may lose the caller's work
        logger.warning("The bell for %s did not ring (%s); the sweep will find its work.", task.name, error)


def ring_on_commit(task: "Task[Any, Any]", *args: Any, countdown: float = 0) -> None:
    """The same, once the transaction that wrote the work is durable."""
    transaction.on_commit(partial(ring, task, *args, countdown=countdown))
