"""Holding a connection no longer than it is needed."""

from django.db import connection


def release_connection() -> None:
    """Before a long wait: the pool is small, and whoever waits needs none. Inside a transaction it stays."""
    if not connection.in_atomic_block:
        connection.close()
