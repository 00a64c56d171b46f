"""Whether the database and Redis answer: asked directly, with little patience, and with the reason when they do not."""

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

PATIENCE_SECONDS = 2


def direct_connection() -> BaseDatabaseWrapper:
    """A connection beside the pool, which would try on for ten seconds and keep the reason to itself."""
    connection = connections.create_connection(DEFAULT_DB_ALIAS)
    options = {name: value for name, value in connection.settings_dict["OPTIONS"].items() if name != "pool"}
    if connection.vendor == "postgresql":
        options["connect_timeout"] = PATIENCE_SECONDS
    connection.settings_dict = {**connection.settings_dict, "OPTIONS": options}
    return connection


def database_trouble() -> str:
    """Why the database does not answer, or nothing."""
    connection = direct_connection()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return one_line(error)
    finally:
        connection.close()
    return ""


def waiting_migrations() -> list[str]:
    """The migrations that the database does not have yet, as `app.name`."""
    connection = direct_connection()
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    finally:
        connection.close()
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def redis_trouble(url: str) -> str:
    """Why Redis does not answer, or nothing."""
    try:
        with Redis.from_url(
            url,
            socket_connect_timeout=PATIENCE_SECONDS,
            socket_timeout=PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 0),
        ) as redis:
            redis.ping()
    except (RedisError, ValueError) as error:
        return one_line(error)
    return ""


def one_line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")
