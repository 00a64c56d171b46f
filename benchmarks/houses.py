"""The two set-ups that are measured, each with a database of its own that is gone afterwards."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import databases
from benchmarks.cast import Cast
from benchmarks.processes import Server, run, serving
from integrations.sandbox.client import Client
from integrations.sandbox.process import running

Rows = list[Any]


@dataclass
class House:
    name: str
    commands: Sequence[Sequence[str]]
    """What runs in it, all roles together."""
    environment: dict[str, str]
    connect: Callable[[], Any]
    """A connection to its database that commits each statement."""
    folder: Path
    cast: Cast

    def ask(self, sql: str) -> Rows:
        with closing(self.connect()) as connection:
            return list(connection.execute(sql).fetchall())

    def tell(self, sql: str) -> None:
        with closing(self.connect()) as connection:
            connection.execute(sql)

    @contextmanager
    def web_alone(self) -> Iterator[Server]:
        """The web server without a worker, with the plain view beside it."""
        environment = {**self.environment, "PLAIN_SECRET": self.cast.secret}
        with serving([["-m", "benchmarks.web_alone"]], environment, self.folder) as server:
            yield server

    @contextmanager
    def all_roles(self, **more: str) -> Iterator[tuple[Server, Client]]:
        """Everything, and a platform that answers at once; `more` is added to the environment."""
        with running() as platform:
            environment = {**self.environment, "META_GRAPH_BASE_URL": f"{platform.url}/graph", **more}
            with serving(self.commands, environment, self.folder) as server:
                platform.set_delays()
                yield server, platform


@contextmanager
def one_process(crowds: Sequence[int]) -> Iterator[House]:
    with TemporaryDirectory(prefix="flame-bench-") as folder:
        path = Path(folder) / "flame.sqlite3"
        environment = settings(DATABASE_URL=f"sqlite:///{path}")
        commands = [["manage.py", "run"]]
        cast = populate(environment, crowds)
        yield House("SQLite, one process", commands, environment, lambda: databases.sqlite(path), Path(folder), cast)


@contextmanager
def split_processes(crowds: Sequence[int]) -> Iterator[House]:
    """Raises databases.Absent."""
    given = os.environ.get("DATABASE_URL", "")
    with (
        TemporaryDirectory(prefix="flame-bench-") as folder,
        databases.own_postgresql(given if given.startswith("postgres") else "postgresql:///postgres") as url,
        databases.own_redis(os.environ.get("REDIS_URL", "") or "redis://127.0.0.1:6379/0") as redis,
    ):
        environment = settings(DATABASE_URL=url, REDIS_URL=redis)
        commands = [["manage.py", "run", "--role", role] for role in ("web", "worker", "beat")]
        cast = populate(environment, crowds)
        yield House("PostgreSQL + Redis", commands, environment, lambda: databases.postgresql(url), Path(folder), cast)


def settings(**services: str) -> dict[str, str]:
    # The pause for a customer who writes on is a choice, not a cost; and one caller reads more than a person may.
    return {**services, "DEBOUNCE_SECONDS": "0", "RATE_LIMIT_USER": "1000000"}


def populate(environment: dict[str, str], crowds: Sequence[int]) -> Cast:
    return Cast(**json.loads(run(["-m", "benchmarks.populate", *map(str, crowds)], environment)))
