import threading
import uuid

import pytest

from flame.lib import pacing
from flame.lib.pacing import Bucket, draw, empty


@pytest.fixture
def name():
    return f"test:{uuid.uuid4()}"


def test_a_burst_is_borrowed_from_the_time_to_come(name):
    bucket = Bucket(name, seconds=60, burst=3)
    assert [draw(bucket) for _ in range(3)] == [0, 0, 0]
    assert 59 < draw(bucket) <= 60
    assert 59 < draw(bucket) <= 60  # who was refused took nothing


def test_who_is_refused_by_one_bucket_takes_nothing_from_the_other(name):
    wide, narrow = Bucket(f"{name}:wide", 60, 2), Bucket(f"{name}:narrow", 60, 1)
    assert draw(wide, narrow) == 0
    assert draw(wide, narrow) > 0
    assert draw(wide) == 0
    assert draw(wide) > 0


def test_an_empty_bucket_gives_nothing_for_as_long_as_it_was_told(name):
    bucket = Bucket(name, seconds=2, burst=5)
    empty(bucket, 90)
    assert 89 < draw(bucket) <= 90
    empty(bucket, 10)
    assert 89 < draw(bucket) <= 90


def test_threads_draw_no_more_than_there_is(name):
    bucket = Bucket(name, seconds=60, burst=10)
    drawn = []

    def work():
        drawn.extend(draw(bucket) for _ in range(5))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn.count(0) == 10


def test_without_its_redis_a_process_paces_itself(name, settings, monkeypatch):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    monkeypatch.setattr(pacing, "_redis_asked_again_at", 0.0)
    bucket = Bucket(name, seconds=60, burst=1)
    assert draw(bucket) == 0
    assert draw(bucket) > 59
    empty(bucket, 90)
    assert draw(bucket) > 89


def test_what_is_full_again_is_forgotten(name, settings, monkeypatch):
    settings.REDIS_URL = ""
    monkeypatch.setattr(pacing, "MAX_LOCAL", 3)
    monkeypatch.setattr(pacing, "_local", {})
    for number in range(20):
        draw(Bucket(f"{name}:{number}", seconds=-1.0, burst=1))
    assert len(pacing._local) <= 4
