import random

import pytest
from django.db import connection

from analytics.database import Microseconds, microseconds, percentile_of, step_of
from analytics.percentiles import ContinuousPercentile, distribution
from analytics.tests.conftest import at
from conversations.models import Conversation

pytestmark = pytest.mark.django_db


def asked(sql, parameters=()):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()


def percentile(values, fraction):
    found = ContinuousPercentile()
    for value in values:
        found.step(value, fraction)
    return found.finalize()


def test_a_percentile_lies_between_two_values():
    assert percentile([10, 20, 30, 40], 0.5) == 25.0
    assert percentile([40, 10, 30, 20], 0.9) == 37.0
    assert percentile([7], 0.9) == 7.0
    assert percentile([], 0.5) is None


@pytest.mark.parametrize("fraction", [0.5, 0.9])
def test_the_database_answers_the_same_to_the_last_digit(fraction):
    rng = random.Random(20260312)
    for size in (1, 2, 3, 7, 10, 11, 100, 997):
        values = [rng.randrange(10**12) for _ in range(size)]
        rows = ", ".join(f"({value})" for value in values)
        (found,) = asked(
            f"WITH samples(value) AS (VALUES {rows}) SELECT {percentile_of('value', fraction)} FROM samples"
        )
        assert found == percentile(values, fraction)


def test_a_distribution_is_in_seconds_and_of_nothing_null():
    assert distribution([0, None, None, None]) == {"median": None, "p90": None, "mean": None, "n": 0}
    assert distribution([3, 1_000_000, 250_000.0, 600_000.0]) == {
        "median": 0.25,
        "p90": 0.6,
        "mean": 0.333333,
        "n": 3,
    }


@pytest.mark.parametrize("when", ["10 09:30:00", "10 09:30:00.000001", "10 09:30:00.999999"])
def test_a_stored_time_is_a_whole_number_of_microseconds(world, when):
    world.thread(when)
    assert Conversation.objects.values_list(Microseconds("created_at"), flat=True).get() == microseconds(at(when))


def test_a_step_begins_with_its_edge():
    step, edges = step_of("moment", [100, 200, 300])
    rows = ", ".join(f"({moment})" for moment in (99, 100, 199, 200, 300, 301))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH samples(moment) AS (VALUES {rows}) SELECT {step} FROM samples ORDER BY moment", edges)
        assert [step for (step,) in cursor.fetchall()] == [-1, 0, 0, 1, 2, 2]
