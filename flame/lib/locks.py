"""A lock by name that lives as long as the transaction."""

import hashlib

from django.db import connection


def try_lock(name: str) -> bool:
    """Take the lock, or answer False when another transaction holds it. Released by commit, rollback or a kill.

    PostgreSQL: an advisory transaction lock (two names that share a 63-bit digest only wait for each other). SQLite:
    an IMMEDIATE transaction already is the only writer, so whoever asks has it.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("try_lock needs a transaction to live in.")
    if connection.vendor != "postgresql":
        return True
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [key])
        row = cursor.fetchone()
    return bool(row and row[0])
