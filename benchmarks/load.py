"""`python -m benchmarks.load`: the platform as a process of its own, which sends as fast as it is answered.

Reads `{"port", "count", "connections", "sender": {…}}` from its input and prints a `Sending` as JSON.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from benchmarks.bodies import Sender
from benchmarks.wire import status_of

PATIENCE = 120


class Refused(Exception):
    """Not every webhook was answered with 200."""


@dataclass(frozen=True)
class Sending:
    started_at: float
    """By the machine's clock, which all processes share."""
    seconds: float
    statuses: dict[str, int]


class Connection(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], statuses: Counter[str]) -> None:
        self.requests, self.statuses = requests, statuses
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def next(self) -> None:
        request = next(self.requests, None)
        if request is None:
            self.transport.close()
        else:
            self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.answer += data
        status = status_of(self.answer)
        if status is not None:
            self.statuses[str(status)] += 1
            self.answer = b""
            self.next()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set_result(None)


async def flood(port: int, connections: int, requests: list[bytes]) -> Sending:
    loop, waiting, statuses = asyncio.get_running_loop(), iter(requests), Counter[str]()
    made = [
        await loop.create_connection(lambda: Connection(waiting, statuses), "127.0.0.1", port)
        for _ in range(connections)
    ]
    started_at, started = time.time(), time.perf_counter()
    for _, connection in made:
        connection.next()
    await asyncio.gather(*(connection.closed for _, connection in made))
    return Sending(started_at, time.perf_counter() - started, dict(statuses))


def send(port: int, sender: Sender, count: int, connections: int) -> Sending:
    """Send `count` distinct webhooks from another process. Raises Refused."""
    order = {"port": port, "count": count, "connections": connections, "sender": asdict(sender)}
    command = [sys.executable, "-m", "benchmarks.load"]
    ended = subprocess.run(
        command, input=json.dumps(order), stdout=subprocess.PIPE, text=True, check=True, timeout=PATIENCE
    )
    sending = Sending(**json.loads(ended.stdout))
    if sending.statuses != {"200": count}:
        raise Refused(f"Of {count} webhooks to {sender.path}, the answers were {sending.statuses}.")
    return sending


def main() -> None:
    order = json.load(sys.stdin)
    requests = list(Sender(**order["sender"]).requests(order["count"]))
    print(json.dumps(asdict(asyncio.run(flood(order["port"], order["connections"], requests)))))


if __name__ == "__main__":
    main()
