"""Locks by name that live as long as the transaction. Released by commit, rollback or a kill.

PostgreSQL: advisory transaction locks (two names that share a 64-bit digest only wait for each other). SQLite: an
IMMEDIATE transaction already is the only writer, so whoever asks has the lock.
"""

import hashlib

from django.db import connection


def try_lock(name: str) -> bool:
    """Take the lock, or answer False when another transaction holds it."""
    return _advisory("SELECT pg_try_advisory_xact_lock(%s)", name)


def lock(name: str) -> None:
    """Take the lock, waiting for whoever holds it."""
    _advisory("SELECT true FROM (SELECT pg_advisory_xact_lock(%s)) AS locked", name)


def _advisory(sql: str, name: str) -> bool:
    if not connection.in_atomic_block:
        raise RuntimeError("A lock needs a transaction to live in.")
    if connection.vendor != "postgresql":
        return True
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute(sql, [key])
        return bool(cursor.fetchone()[0])
