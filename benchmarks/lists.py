"""The conversation list, 20 a page, newest first: what a page costs when an owner has many."""

import time
from collections.abc import Iterator
from http.client import HTTPConnection
from statistics import median

from benchmarks.houses import House
from benchmarks.processes import Server
from benchmarks.report import Figure
from benchmarks.scale import Scale


def measure(house: House, server: Server, scale: Scale) -> Iterator[Figure]:
    for size, token in house.cast.crowds.items():
        read(server.port, token, 5)
        before = server.cpu_ms()
        seconds = read(server.port, token, scale.reads)
        spent = server.cpu_ms() - before
        yield Figure(f"page of {int(size):,}, p50", median(seconds) * 1000, "ms")
        yield Figure(f"page of {int(size):,}, CPU", spent / scale.reads, "ms")


def read(port: int, token: str, times: int) -> list[float]:
    """Seconds of each page, read one after the other on one connection."""
    connection = HTTPConnection("127.0.0.1", port)
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        connection.request("GET", "/api/conversations", headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        answer.read()
        seconds.append(time.perf_counter() - started)
        if answer.status != 200:
            raise RuntimeError(f"The list was answered with {answer.status}.")
    connection.close()
    return seconds
