"""Databases for the length of a benchmark."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from redis import Redis, RedisError

REDIS_DATABASES = range(15, 0, -1)


class Absent(Exception):
    """What is missing, in one sentence."""


def sqlite(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=20, isolation_level=None)


def postgresql(url: str) -> psycopg.Connection:
    return psycopg.connect(url, autocommit=True, connect_timeout=3)


@contextmanager
def own_postgresql(server: str) -> Iterator[str]:
    """The URL of a new database beside the one that is named. Raises Absent."""
    name = f"flame_bench_{os.getpid()}"
    try:
        with postgresql(server) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
    except psycopg.Error as error:
        raise Absent(f"PostgreSQL gives no database (DATABASE_URL names one): {str(error).strip()}") from error
    head, mark, query = server.partition("?")
    try:
        yield f"{head.rpartition('/')[0]}/{name}{mark}{query}"
    finally:
        with postgresql(server) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@contextmanager
def own_redis(server: str) -> Iterator[str]:
    """The URL of a numbered database in which nobody has anything. Raises Absent."""
    try:
        url = next((each for each in numbered(server) if not Redis.from_url(each).dbsize()), None)
    except RedisError as error:
        raise Absent(f"Redis does not answer (REDIS_URL names one): {error}") from error
    if url is None:
        raise Absent("Each database of Redis holds something of somebody else.")
    try:
        yield url
    finally:
        Redis.from_url(url).flushdb()


def numbered(server: str) -> Iterator[str]:
    return (urlsplit(server)._replace(path=f"/{number}").geturl() for number in REDIS_DATABASES)
