"""`manage.py run` as a person or a supervisor meets it: real processes on a database of their own."""

import json
import signal
import socket
import sqlite3
import time
from contextlib import closing

import pytest
import requests
from django.conf import settings
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from flame.tests.shell import free_port, manage, running

IMPATIENT = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "flame.settings"
django.setup()
from django.core.management import call_command
from flame import process
process.GRACE_SECONDS = 1
call_command("run")
"""


def database(house):
    return closing(sqlite3.connect(house["DATABASE_URL"].removeprefix("sqlite:///"), isolation_level=None, timeout=10))


def wait_until(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s")


def waiting_item(connection, seconds=0):
    """A stored webhook item of an account that nobody connected, due in a moment. Answers how to ask for its state."""
    connection.execute(
        "INSERT INTO inbound_events"
        " (platform, account_key, event_key, conversation_key, payload, received_at, state, attempts, next_at, error)"
        " VALUES ('whatsapp', '1', 'm:1', 'c', '{}', datetime(), 'pending', 0,"
        " strftime('%Y-%m-%d %H:%M:%f', 'now', ?), '')",
        [f"{seconds} seconds"],
    )
    return lambda: connection.execute("SELECT state FROM inbound_events").fetchone()[0]


def hold(connection):
    """Keep the database from the worker, so that its next sweep hangs and the process cannot end."""
    waiting_item(connection, seconds=0.3)
    connection.execute("BEGIN IMMEDIATE")
    time.sleep(1.2)


def test_one_process_serves_and_works_and_ends_with_a_signal(house):
    with running("manage.py", "run", **house) as process:
        assert requests.get(f"http://127.0.0.1:{house['PORT']}/admin/login/", timeout=5).status_code == 200
        with database(house) as connection:
            state = waiting_item(connection)
            wait_until(lambda: state() == "ignored")

        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0

    assert not list(settings.BASE_DIR.glob("celerybeat-schedule*"))


def test_a_socket_is_told_to_come_back_when_the_server_stops(house):
    with running("manage.py", "run", **house) as process:
        with connect(f"ws://127.0.0.1:{house['PORT']}/ws/inbox", subprotocols=["flame.v1"]) as client:
            process.send_signal(signal.SIGTERM)
            frame = json.loads(client.recv(timeout=5))
            with pytest.raises(ConnectionClosed) as closed:
                client.recv(timeout=5)
        assert process.wait(timeout=10) == 0

    assert (frame["type"], frame["data"]["code"], frame["data"]["retry"]) == ("error", "draining", True)
    assert closed.value.rcvd.code == 4503


def test_a_stopping_process_accepts_no_more(house):
    with running("manage.py", "run", **house) as process, database(house) as connection:
        hold(connection)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(house["PORT"])), timeout=1)
        assert process.poll() is None

        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=1) == 1


def test_what_hangs_is_cut_when_the_grace_is_over(house):
    with running("-c", IMPATIENT, **house) as process, database(house) as connection:
        hold(connection)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=3) == 0
        assert "Not everything finished" in process.stdout.read()


def test_a_taken_port_is_one_sentence(house):
    with socket.create_server(("127.0.0.1", int(house["PORT"]))):
        ended = manage("run", **house)

    assert ended.returncode == 1
    assert ended.stderr == (
        f"CommandError: Cannot listen on 127.0.0.1:{house['PORT']}: Address already in use."
        " Choose another with --port or PORT.\n"
    )


def test_an_old_database_is_one_sentence(tmp_path):
    ended = manage("run", DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite3")

    assert ended.returncode == 1
    assert ended.stderr.endswith(" migrations are not applied; run `python manage.py migrate` first.\n")
    assert ended.stderr.count("\n") == 1


def test_a_database_that_is_away_is_one_sentence():
    ended = manage("run", DATABASE_URL="postgresql://flame:hidden@127.0.0.1:1/flame")

    assert ended.returncode == 1
    assert ended.stderr.startswith("CommandError: The database does not answer: ")
    assert ended.stderr.count("\n") == 1
    assert "hidden" not in ended.stderr


def test_a_role_alone_needs_a_queue_outside_the_process(house):
    ended = manage("run", "--role", "worker", **house)

    assert ended.returncode == 1
    assert ended.stderr == (
        "CommandError: --role worker needs REDIS_URL: without it the queue lives inside one process.\n"
    )


def test_another_port_is_the_settings_port_too(house):
    port = free_port()
    with running("manage.py", "run", "--port", port, **house):
        assert requests.get(f"http://127.0.0.1:{port}/sandbox/graph/v26.0/me", timeout=5).status_code != 404
