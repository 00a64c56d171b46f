"""The queue of SQLite's writers."""

import threading
import time

import pytest
from django.db import OperationalError, connection, connections, transaction

pytestmark = [
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has many writers"),
    pytest.mark.django_db(transaction=True),
]


def test_who_asked_first_writes_first():
    came = []

    def write(name):
        with transaction.atomic():
            came.append(name)
        connection.close()

    early = threading.Thread(target=write, args=("early",))
    late = [threading.Thread(target=write, args=("late",)) for _ in range(8)]
    with transaction.atomic():
        early.start()
        time.sleep(0.5)  # by now SQLite lets it look ten times a second, and lets who is new look more often
        for writer in late:
            writer.start()
        time.sleep(0.1)
    for writer in (early, *late):
        writer.join()
    assert came == ["early", *["late"] * 8]


def test_a_writer_waits_no_longer_than_the_timeout():
    refused = []

    def write():
        settings = connections["default"].settings_dict
        connections["default"].settings_dict = {**settings, "OPTIONS": {**settings["OPTIONS"], "timeout": 0.1}}
        try:
            with transaction.atomic():
                pass
        except OperationalError as error:
            refused.append(str(error))
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(2)]
    with transaction.atomic():
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(5)
    assert refused == ["database is locked"] * 2
