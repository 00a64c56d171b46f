import socket
import time
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from django.db import connection
from django.test import Client
from django.utils import timezone

from flame.reachability import direct_connection
from flame.tests.shell import running
from integrations.models import InboundEvent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def silent_redis(settings):
    """A server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.REDIS_URL = f"redis://127.0.0.1:{server.getsockname()[1]}"
        yield


def inbound(**fields):
    return InboundEvent.objects.create(
        platform="whatsapp", account_key="1", event_key=f"m:{time.monotonic_ns()}", payload={}, **fields
    )


@pytest.mark.parametrize("path", ["/health", "/health/", "/health/ready", "/health/ready/"])
def test_health_of_a_sound_instance(client, settings, path):
    settings.REDIS_URL = ""

    response = client.get(path)

    assert response.status_code == 200
    body = response.json()
    assert (body["status"], body["database"], body["redis"]) == ("OK", "ok", "not_configured")
    assert body["queue"] == {"dead": 0, "stale": 0}
    assert body["uptime"] > 0
    assert body["timestamp"].endswith("Z")
    assert body["memory"]["rss"] > 10 * 1024 * 1024


def test_live_asks_nobody(client, silent_redis, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/health/live")

    assert response.status_code == 200
    assert set(response.json()) == {"status", "timestamp", "uptime", "memory"}


def test_dead_letters_degrade(client):
    inbound(state=InboundEvent.State.DEAD)

    response = client.get("/health")

    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert response.json()["queue"] == {"dead": 1, "stale": 0}


def test_work_that_no_worker_takes_degrades(client):
    inbound()
    inbound(next_at=timezone.now() - timedelta(seconds=61))

    assert client.get("/health").json()["queue"] == {"dead": 0, "stale": 1}


def test_a_redis_that_hangs_is_told_within_ten_seconds(client, silent_redis):
    started = time.monotonic()

    response = client.get("/health")

    assert time.monotonic() - started < 10
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert (response.json()["database"], response.json()["redis"]) == ("ok", "unreachable")


def test_a_redis_that_is_away_degrades(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1"

    assert client.get("/health").json()["redis"] == "unreachable"


def test_health_writes_nothing_and_is_never_cached(client):
    for path in ("/health", "/health/live", "/health/ready"):
        response = Client(enforce_csrf_checks=True).post(path)
        assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
        assert response.headers["Allow"] == "GET, HEAD"
    assert "no-store" in client.get("/health").headers["Cache-Control"]


def test_a_database_that_is_gone_is_503(house):
    path = Path(house["DATABASE_URL"].removeprefix("sqlite:///"))
    with running("manage.py", "run", **house):
        url = f"http://127.0.0.1:{house['PORT']}/health"
        assert requests.get(url, timeout=5).status_code == 200

        for each in path.parent.glob(f"{path.name}*"):
            each.unlink()
        path.mkdir()
        response = requests.get(url, timeout=10)

        assert (response.status_code, response.json()["status"]) == (503, "unavailable")
        assert response.json()["database"] == "unreachable"
        assert requests.get(f"{url}/live", timeout=5).status_code == 200


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's readers wait for nobody")
def test_a_database_that_hangs_is_told_within_ten_seconds_and_forgiven(client):
    other = direct_connection()
    other.set_autocommit(False)
    other.cursor().execute("LOCK TABLE inbound_events IN ACCESS EXCLUSIVE MODE")
    try:
        for _ in range(2):
            started = time.monotonic()
            response = client.get("/health")
            assert time.monotonic() - started < 10
            assert (response.status_code, response.json()["database"]) == (503, "unreachable")
    finally:
        other.close()

    assert client.get("/health").status_code == 200
