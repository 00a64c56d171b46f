"""A database for each server under test: an SQLite file, or a PostgreSQL database where DATABASE_URL names one."""

import copy
import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.db import connections

from flame.tests.shell import manage

ALIAS = "house"
"""Under which Django alias the test reads the database that its server writes."""
GIVEN = os.environ.get("DATABASE_URL", "")
ON_POSTGRESQL = GIVEN.startswith(("postgres://", "postgresql://"))


@dataclass(frozen=True)
class Template:
    """Migrated and seeded once, then copied: what the demo has, and nothing else."""

    url: str
    name: str


def postgresql_url(name):
    return re.sub(r"^(\w+://[^/?]*/)[^?]*", rf"\g<1>{name}", GIVEN)


def administer(statement):
    with psycopg.connect(postgresql_url("postgres"), autocommit=True) as connection:
        connection.execute(statement)


@contextmanager
def template(folder: Path):
    name = f"flame_faults_{os.getpid()}" if ON_POSTGRESQL else str(folder / "template.sqlite3")
    with created(name) as url:
        for command in (("migrate", "--verbosity", "0"), ("seed",)):
            ended = manage(*command, DATABASE_URL=url)
            assert ended.returncode == 0, ended.stderr
        yield Template(url, name)


@contextmanager
def copied(original: Template, folder: Path):
    """A fresh copy; answers its name and URL. Within, the test reads it as `using(ALIAS)`."""
    if ON_POSTGRESQL:
        name = f"{original.name}_copy"
    else:
        name = str(folder / "house.sqlite3")
        shutil.copy(original.name, name)
    with created(name, original) as url, readable(name):
        yield name, url


@contextmanager
def created(name, original=None):
    if not ON_POSTGRESQL:
        yield f"sqlite:///{name}"
        return
    source = f' TEMPLATE "{original.name}"' if original else ""
    administer(f'CREATE DATABASE "{name}"{source}')
    try:
        yield postgresql_url(name)
    finally:
        administer(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def readable(name):
    config = copy.deepcopy(connections.databases["default"])
    config["NAME"] = name
    config["OPTIONS"].pop("pool", None)
    connections.databases[ALIAS] = config
    try:
        yield
    finally:
        connections[ALIAS].close()
        del connections[ALIAS], connections.databases[ALIAS]
