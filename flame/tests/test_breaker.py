import pytest

from flame.lib.breaker import Breaker


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker(clock)


def fail(breaker, clock, times, every=1.0):
    for _ in range(times):
        breaker.failed()
        clock.now += every


def test_five_failures_within_a_minute_open_it_for_half_a_minute(breaker, clock):
    fail(breaker, clock, 4)
    assert breaker.lets_through()
    fail(breaker, clock, 1, every=0)
    assert not breaker.lets_through()
    clock.now += 29.9
    assert not breaker.lets_through()
    clock.now += 0.2
    assert breaker.lets_through()


def test_five_failures_over_a_longer_time_leave_it_closed(breaker, clock):
    fail(breaker, clock, 20, every=16)
    assert breaker.lets_through()


def test_a_success_forgets_the_failures(breaker, clock):
    fail(breaker, clock, 4)
    breaker.succeeded()
    fail(breaker, clock, 4)
    assert breaker.lets_through()


def test_one_probe_goes_through_and_its_success_closes_it(breaker, clock):
    fail(breaker, clock, 5)
    clock.now += 30
    assert [breaker.lets_through() for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert [breaker.lets_through() for _ in range(3)] == [True, True, True]


def test_a_failed_probe_opens_it_again(breaker, clock):
    fail(breaker, clock, 5)
    clock.now += 300
    assert breaker.lets_through()
    breaker.failed()
    assert not breaker.lets_through()
    clock.now += 30
    assert breaker.lets_through()


def test_a_probe_that_never_reports_makes_way_for_another(breaker, clock):
    fail(breaker, clock, 5)
    clock.now += 30
    assert breaker.lets_through()
    clock.now += 30
    assert breaker.lets_through()
