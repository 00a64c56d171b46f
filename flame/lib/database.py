"""Holding a connection no longer than it is needed, and outlasting a database that is away."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

logger = logging.getLogger(__name__)
Result = TypeVar("Result")

PAUSES = (0.5, 1, 2, 4)
"""Seconds: with a slow send, still within the outbox's lease."""


def release_connection() -> None:
    """Before a long wait: the pool is small, and whoever waits needs none. Inside a transaction it stays."""
    if not connection.in_atomic_block:
        connection.close()


def insist(write: Callable[[], Result]) -> Result:
    """Write down what nobody else knows; a database that is away for a moment is waited for.

    A connection that was cut during the commit leaves open whether it held, so the write is one that may be repeated.
    """
    for pause in PAUSES:
        try:
            return write()
        except (OperationalError, InterfaceError) as error:
            logger.warning("An outcome could not be stored, trying again: %s", error)
            connection.close()
            time.sleep(pause)
    return write()
