from datetime import UTC, datetime

import pytest

from integrations.platforms import keys, reading
from integrations.platforms.base import UNDATED


@pytest.mark.parametrize("value", ["1790416800", 1790416800, "1790416800000", 1790416800000])
def test_a_moment_is_read_from_seconds_and_milliseconds(value):
    assert reading.moment(value) == datetime(2026, 9, 26, 10, tzinfo=UTC)


def test_milliseconds_are_kept():
    assert reading.moment(1790416800500).microsecond == 500_000


@pytest.mark.parametrize("value", [None, "", "soon", 0, "0", -1, "-1", "²", 1.5, True, 10**18, "9" * 30, [], {}])
def test_an_absurd_moment_leaves_it_undated(value):
    assert reading.moment(value) == UNDATED


def test_ids_are_strings_whatever_they_were():
    assert [reading.string(value) for value in ("7", 7, -7, 2**52, 2**70, True, 7.5, None, [], {})] == [
        "7",
        "7",
        "-7",
        str(2**52),
        *[""] * 6,
    ]


def test_an_id_that_is_missing_or_endless_is_refused():
    assert reading.required({"id": "x" * 255}, "id") == "x" * 255
    for odd in (None, "", "x" * 256, [], 1.5):
        with pytest.raises(ValueError, match="'id' is"):
            reading.required({"id": odd}, "id")


def test_a_key_that_does_not_fit_becomes_its_digest():
    assert keys.bounded("x" * 255) == "x" * 255
    assert keys.bounded("x" * 256).startswith("x:")
    assert len(keys.bounded("x" * 256)) == 66
    assert keys.bounded("x" * 256) != keys.bounded("x" * 257)
    assert keys.account_key("1" * 129).startswith("x:")


def test_a_digest_is_of_the_content_not_of_its_order():
    assert keys.digest({"a": 1, "b": "\ud83d"}) == keys.digest({"b": "\ud83d", "a": 1})
    assert keys.digest({"a": 1}) != keys.digest({"a": 2})
