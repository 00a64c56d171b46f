"""Redis dies and comes back: it only rings."""

import pytest

from tests.faults import truths
from tests.faults.meta import Flood
from tests.faults.reader import Reader
from tests.faults.waiting import wait_until

pytestmark = pytest.mark.faults

EVA = "5215550000001"


def test_without_redis_webhooks_are_taken_and_sockets_hear_and_nothing_is_lost(build, rounds):
    contacts = [f"5215551{number:06}" for number in range(5 * rounds)]
    with build(distributed=True) as house, Reader(house.server, house.token()) as reader:
        house.meta.says(EVA, "¿A qué hora abren?", "wamid.BEFORE")
        house.settle()
        agent, thread = house.agent(), house.conversations.get()

        house.redis.kill()
        assert house.meta.post(house.meta.text(EVA, "Gracias", "wamid.WITHOUT")) == 200
        flood = Flood(house.meta, contacts, 4, "¿A qué hora abren?")
        assert house.reply(agent, thread, "¡De nada!").status_code == 201
        wait_until(lambda: "¡De nada!" in str(reader.of_type("message.created")), 5, "the socket heard nothing")
        flood.finish()
        assert flood.meta.repeats == 0

        house.redis.start()
        house.settle(60)
        expected = {EVA: ["wamid.BEFORE", "wamid.WITHOUT"], **flood.expected}
        truths.every_message_is_there_once_and_in_order(house, expected)
        truths.each_last_burst_was_answered_once(house, contacts)
        truths.the_wire_saw_each_message_once(house)
        last = truths.events_have_no_holes(house)
        wait_until(lambda: reader.seq >= last, 10, lambda: f"the socket is at {reader.seq} of {last}")
        assert reader.seqs == list(range(1, last + 1))
        assert reader.connections == 1
