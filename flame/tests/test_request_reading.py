"""What Twisted and daphne would answer, or do, before any view of ours is asked."""

import shutil
import time

import pytest
import requests

from flame.request_reading import KEPT_BYTES
from flame.tests.shell import free_port, running

FORM = "multipart/form-data; boundary=b"
BEGUN = b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\n'
PIECE = b"x\r\n" * 100_000


@pytest.fixture(scope="module")
def address(migrated, tmp_path_factory):
    database = shutil.copy(migrated, tmp_path_factory.mktemp("reading") / "flame.sqlite3")
    port = free_port()
    with running("manage.py", "run", DATABASE_URL=f"sqlite:///{database}", PORT=port):
        yield f"http://127.0.0.1:{port}"


def post(address, body, content_type):
    answer = requests.post(f"{address}/api/auth/login", body, headers={"Content-Type": content_type}, timeout=60)
    return answer.status_code, answer.json()["code"]


def seconds_of(address, body, content_type):
    begun = time.monotonic()
    assert post(address, body, content_type) == (413, "payload_too_large")
    return time.monotonic() - begun


def test_a_form_that_names_no_boundary_is_refused_like_any_other(address):
    assert post(address, BEGUN, "multipart/form-data") == (415, "unsupported_media_type")


def test_a_huge_form_takes_no_longer_than_any_other_body(address):
    body = BEGUN + PIECE * 70 + b"\r\n--b--\r\n"
    assert seconds_of(address, body, FORM) < 1 + 3 * seconds_of(address, body, "application/json")


@pytest.mark.parametrize("as_sent", [iter, b"".join], ids=["in chunks", "at once"])
def test_a_body_beyond_what_is_kept_is_too_large(address, as_sent):
    pieces = [PIECE] * (KEPT_BYTES // len(PIECE) + 2)
    assert post(address, as_sent(pieces), "application/json") == (413, "payload_too_large")


@pytest.mark.parametrize("prefix", ["/x", "ñ"])
def test_a_client_does_not_say_where_it_is_mounted(address, prefix):
    headers = {"Daphne-Root-Path": prefix.encode()}
    assert requests.get(f"{address}/health/live", headers=headers, timeout=5).status_code == 200
    assert requests.get(f"{address}/x/health/live", headers=headers, timeout=5).status_code == 404
