import os
from functools import partial

import pytest

from tests.faults.databases import template
from tests.faults.house import house

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "2"))


@pytest.fixture(scope="session")
def rounds():
    """How hard the fault tests try: 2 by default, 5 for the full size."""
    return ROUNDS


@pytest.fixture(scope="session")
def seeded(tmp_path_factory):
    with template(tmp_path_factory.mktemp("faults")) as original:
        yield original


@pytest.fixture
def build(seeded, tmp_path, sandbox_process, django_db_blocker):
    """Call it for a whole installation (tests.faults.house); keywords are variables of its environment."""
    with django_db_blocker.unblock():
        yield partial(house, seeded, tmp_path, sandbox_process)
