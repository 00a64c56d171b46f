"""PostgreSQL cuts every connection, as a restart or a failover does."""

import pytest

from tests.faults import truths
from tests.faults.databases import ON_POSTGRESQL, administer
from tests.faults.meta import Flood
from tests.faults.reader import Reader
from tests.faults.waiting import wait_until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not ON_POSTGRESQL, reason="needs DATABASE_URL=postgresql://…: SQLite has no connections to cut"),
]


def cut_all(name):
    administer(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")


def test_connections_cut_under_load_lose_nothing(build, rounds):
    contacts = [f"5215550{number:06}" for number in range(20 * rounds)]
    with build() as house, Reader(house.server, house.token()) as reader, house.agent() as agent:
        inbox = f"http://{house.server.address}/api/conversations"
        flood = Flood(house.meta, contacts, 10, "¿A qué hora abren?")
        for number in range(4 * rounds):
            part = flood.total * number / (4 * rounds)
            wait_until(lambda part=part: flood.taken >= part, 30, lambda: f"{flood.taken} of {flood.total} taken")
            cut_all(house.database)
            assert agent.get(inbox, timeout=10).status_code == 200
        flood.finish()
        house.settle(60)  # a send whose first byte was being noted waits for the lease and for a receipt
        truths.every_message_is_there_once_and_in_order(house, flood.expected)
        truths.numbers_have_no_holes(house)
        truths.no_item_was_given_up(house)
        truths.each_last_burst_was_answered_once(house, contacts)
        truths.the_wire_saw_each_message_once(house)
        last = truths.events_have_no_holes(house)
        wait_until(lambda: reader.seq >= last, 10, lambda: f"the socket is at {reader.seq} of {last}")
        assert reader.seqs == list(range(1, last + 1))
