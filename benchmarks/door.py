"""The webhook door beside a plain Django view, both in one daphne without a worker: webhooks a second, CPU of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from benchmarks.bodies import DOOR, PLAIN, Sender
from benchmarks.houses import House
from benchmarks.load import send
from benchmarks.processes import Server
from benchmarks.report import Figure
from benchmarks.scale import Scale


class Lost(Exception):
    """What was answered with 200 is not what is stored."""


@dataclass(frozen=True)
class Round:
    per_second: float
    cpu_ms: float


def measure(house: House, scale: Scale) -> Iterator[Figure]:
    with house.web_alone() as server:
        for warm, path in (("warm-plain", PLAIN), ("warm-door", DOOR)):
            flood(house, server, sender(house, warm, path), 50, scale)
        plain, door = [], []
        for number in range(scale.rounds):
            plain.append(flood(house, server, sender(house, f"plain{number}", PLAIN), scale.plain, scale))
            door.append(flood(house, server, sender(house, f"door{number}", DOOR), scale.door, scale))
    house.tell("DELETE FROM inbound_events")
    yield from figures("plain Django view", plain)
    yield from figures("our door", door)
    yield Figure("CPU, plain view : door", median(p.cpu_ms / d.cpu_ms for p, d in zip(plain, door, strict=True)), "×")
    yield Figure(
        "webhooks/s, door : plain view",
        median(d.per_second / p.per_second for p, d in zip(plain, door, strict=True)),
        "×",
    )
    yield Figure("answered with 200 and stored once", scale.rounds * (scale.plain + scale.door))


def figures(name: str, rounds: list[Round]) -> Iterator[Figure]:
    yield Figure(f"{name}", median(each.per_second for each in rounds), "/s")
    yield Figure(f"{name}, CPU of each webhook", median(each.cpu_ms for each in rounds), "ms")


def sender(house: House, prefix: str, path: str) -> Sender:
    return Sender(house.cast.quiet, house.cast.secret, prefix, contacts=1000, path=path)


def flood(house: House, server: Server, customers: Sender, count: int, scale: Scale) -> Round:
    before = server.cpu_ms()
    sending = send(server.port, customers, count, scale.connections)
    spent = server.cpu_ms() - before
    [(stored,)] = house.ask(f"SELECT count(*) FROM inbound_events WHERE event_key LIKE 'm:wamid.{customers.prefix}.%'")
    if stored != count:
        raise Lost(f"{stored} of {count} webhooks to {customers.path} are stored.")
    return Round(count / sending.seconds, spent / count)
