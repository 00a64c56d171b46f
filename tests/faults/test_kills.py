"""kill -9 while customers write."""

import random

import pytest

from tests.faults import truths
from tests.faults.meta import Flood
from tests.faults.reader import Reader
from tests.faults.waiting import wait_until

pytestmark = pytest.mark.faults


def kill_and_start(server, chance):
    """Any of its processes, or all; those that are left go on meanwhile."""
    roles = chance.choice([server.roles, *[(role,) for role in server.roles if role != "beat"]])
    server.kill(*roles)
    server.start(*roles)


def test_a_server_killed_while_customers_write_loses_and_doubles_nothing(build, rounds):
    chance = random.Random(20 + rounds)
    contacts = [f"5215550{number:06}" for number in range(20 * rounds)]
    with build() as house, Reader(house.server, house.token(), cuts=4 * rounds, seed=rounds) as reader:
        flood = Flood(house.meta, contacts, 10, "¿A qué hora abren?")
        for number in range(rounds):
            part = flood.total * (number + chance.random()) / rounds
            wait_until(lambda part=part: flood.taken >= part, 30, lambda: f"{flood.taken} of {flood.total} taken")
            kill_and_start(house.server, chance)
        flood.finish()
        expected = {**flood.expected, **house.overtake()}
        house.settle()

        truths.every_message_is_there_once_and_in_order(house, expected)
        truths.numbers_have_no_holes(house)
        truths.no_item_was_given_up(house)
        truths.each_last_burst_was_answered_once(house, contacts)
        truths.the_wire_saw_each_message_once(house)
        last = truths.events_have_no_holes(house)
        wait_until(lambda: reader.seq >= last, 10, lambda: f"the socket is at {reader.seq} of {last}")
        assert reader.seqs == list(range(1, last + 1))
        assert (reader.cuts, reader.resyncs) == (0, 0)
        assert reader.connections > 4 * rounds
