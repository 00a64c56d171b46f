"""A burst at a server that works it off at the same time: how soon it is answered, how soon it is all messages."""

import time
from collections.abc import Iterator

from benchmarks.bodies import Sender
from benchmarks.door import Lost
from benchmarks.houses import House
from benchmarks.load import send
from benchmarks.processes import Server
from benchmarks.report import Figure
from benchmarks.scale import Scale

LOOK_SECONDS = 0.05
PATIENCE = 120.0


def measure(house: House, server: Server, scale: Scale) -> Iterator[Figure]:
    customers = Sender(house.cast.quiet, house.cast.secret, "burst", scale.burst_conversations)
    before = server.cpu_ms()
    sending = send(server.port, customers, scale.burst, scale.connections)
    until_messages = await_messages(house, customers, scale.burst) - sending.started_at
    spent = server.cpu_ms() - before
    yield Figure("until each has its 200", scale.burst / sending.seconds, "/s")
    yield Figure("until all are messages", scale.burst / until_messages, "/s")
    yield Figure("CPU of each, all roles", spent / scale.burst, "ms")
    yield Figure("answered with 200 and one message each", scale.burst)


def await_messages(house: House, customers: Sender, count: int) -> float:
    """When the last one was there. Raises Lost."""
    ours = f"FROM messages WHERE external_id LIKE 'wamid.{customers.prefix}.%'"
    deadline = time.time() + PATIENCE
    while (stored := house.ask(f"SELECT count(*) {ours}")[0][0]) < count and time.time() < deadline:
        time.sleep(LOOK_SECONDS)
    done = time.time()
    [(stored, distinct)] = house.ask(f"SELECT count(*), count(DISTINCT external_id) {ours}")
    if (stored, distinct) != (count, count):
        raise Lost(f"Of {count} webhooks there are {stored} messages, {distinct} of them distinct.")
    return done
