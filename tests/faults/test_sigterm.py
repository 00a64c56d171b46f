"""A rolling restart while customers write."""

import time

import pytest

from tests.faults import truths
from tests.faults.meta import Flood
from tests.faults.waiting import wait_until

pytestmark = pytest.mark.faults


def test_a_server_asked_to_end_ends_in_time_and_loses_nothing(build, rounds):
    contacts = [f"5215550{number:06}" for number in range(10 * rounds)]
    with build() as house:
        flood = Flood(house.meta, contacts, 10, "¿A qué hora abren?")
        for number in range(rounds - 1):
            part = flood.total * (number + 1) / (rounds + 1)
            wait_until(lambda part=part: flood.taken >= part, 30, lambda: f"{flood.taken} of {flood.total} taken")
            asked = time.monotonic()
            assert set(house.server.terminate()) == {0}
            assert time.monotonic() - asked < 10
            house.server.start()
        flood.finish()
        house.settle()
        truths.every_message_is_there_once_and_in_order(house, flood.expected)
        truths.numbers_have_no_holes(house)
        truths.no_item_was_given_up(house)
        truths.each_last_burst_was_answered_once(house, contacts)
        truths.the_wire_saw_each_message_once(house)
        truths.events_have_no_holes(house)
