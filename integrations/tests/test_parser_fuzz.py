"""Bodies that nobody would send, at the door's own JSON reader and every platform's parser.

`PARSER_FUZZ=10000` draws so many a platform, and then measures the CPU of each too. Without it, what a body may cost is
counted in calls, which no busy machine changes.
"""

import json
import os
import random
import sys
import time

import pytest

from flame.lib.clean import parse_json
from integrations.registry import OBJECTS, PLATFORMS
from integrations.tests.mutations import bent, written
from integrations.tests.test_platform_contract import BODIES, holds

DRAWS = int(os.environ.get("PARSER_FUZZ", "0"))
MAX_CALLS, CALLS_EACH, CALLS_PER_BYTE = 4000, 200, 6
"""A list of a thousand nothings is written in four bytes each; a long text costs nothing more than a short one."""
LONG = 10_000
MAX_CPU = 0.050


class Calls:
    """How many functions were entered."""

    def __enter__(self):
        self.count = 0
        sys.setprofile(self.counted)
        return self

    def counted(self, frame, event, arg):
        self.count += event == "call"

    def __exit__(self, *error):
        sys.setprofile(None)


def digest(name, body):
    """Cut and parse a body, as the door and a worker do; answers how many items it had."""
    items = PLATFORMS[name].split(body)
    for item in items:
        try:
            events = PLATFORMS[name].parse(item.payload)
        except ValueError:
            continue
        for event in events:
            holds(event)
    return len(items)


def cpu(name, body):
    """The least of three: the first may have loaded a country's phone numbers, or paid for the collector."""
    spent = []
    for _ in range(3):
        started = time.thread_time()
        digest(name, body)
        spent.append(time.thread_time() - started)
        if spent[-1] < MAX_CPU:
            break
    return min(spent)


@pytest.mark.parametrize("name", PLATFORMS)
def test_no_body_is_too_much_for_the_parser(name):
    chance = random.Random(f"{name}{DRAWS}")
    worst = refused = 0
    for _ in range(DRAWS or 150):
        raw = written(bent(chance.choice(BODIES[name]), chance), chance)
        try:
            body = parse_json(raw)
        except ValueError:
            refused += 1
            continue
        items = digest(name, body)  # the first of a country loads its phone numbers
        with Calls() as calls:
            digest(name, body)
        assert calls.count < MAX_CALLS + CALLS_EACH * items + CALLS_PER_BYTE * min(len(raw), LONG), raw[:2000]
        if DRAWS:
            worst = max(worst, cpu(name, body))
            assert worst < MAX_CPU, raw[:2000]
    assert refused < (DRAWS or 150) / 2
    if DRAWS:
        print(f"\n{name}: {DRAWS} bodies, {refused} no JSON, the slowest {worst * 1000:.2f} ms of CPU")  # noqa: T201


@pytest.mark.parametrize("name", PLATFORMS)
@pytest.mark.parametrize("body", [[], "", 0, None, {"entry": {"id": 1}}, {"update_id": 10**400}, {"entry": [[]] * 9}])
def test_what_is_no_webhook_at_all_is_cut_and_refused(name, body):
    digest(name, body)


@pytest.mark.parametrize("name", OBJECTS)
def test_more_than_any_platform_sends_is_one_item(name):
    body = {"object": name, "entry": [{"id": "1"}] * 100_000}
    with Calls() as calls:
        items = OBJECTS[name].split(body)
    assert (len(items), calls.count < 100_000) == (1, True)
    assert [type(event).__name__ for event in OBJECTS[name].parse(items[0].payload)] == ["Ignored"]


@pytest.mark.parametrize("raw", [b"[" * 100_000, b'{"a":' * 100_000, b'{"a":NaN}', b'{"a":1e999}', b"\xff", b""])
def test_what_is_no_json_is_a_value_error(raw):
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        parse_json(raw)


def test_of_a_key_that_comes_twice_the_last_holds():
    assert parse_json(b'{"object":"page","object":"instagram"}') == {"object": "instagram"}
    assert json.loads(b'{"a":1,"a":2}') == {"a": 2}
