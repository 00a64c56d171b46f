import shutil

import pytest

from flame.tests.shell import free_port, manage


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    path = tmp_path_factory.mktemp("run") / "migrated.sqlite3"
    ended = manage("migrate", "--verbosity", "0", DATABASE_URL=f"sqlite:///{path}")
    assert ended.returncode == 0, ended.stderr
    return path


@pytest.fixture
def house(migrated, tmp_path):
    """The environment of one process: a fresh database, a free port, and no long wait for a sweep."""
    path = shutil.copy(migrated, tmp_path / "flame.sqlite3")
    return {"DATABASE_URL": f"sqlite:///{path}", "PORT": free_port(), "SWEEP_SECONDS": "0.2"}
