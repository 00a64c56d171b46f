"""What a page of conversations costs when an owner has many: 20, newest first, also filtered and searched."""

import time
from collections.abc import Iterator
from http.client import HTTPConnection
from statistics import median

from benchmarks.houses import House
from benchmarks.processes import Server
from benchmarks.report import Figure
from benchmarks.scale import Scale

PAGES = {"page": "", "filtered page": "?status=pending", "searched page": "?search=9999"}
TURN = 10
"""Reads of one crowd before the next has its turn, so that a noisy minute hits all."""


def measure(house: House, server: Server, scale: Scale) -> Iterator[Figure]:
    for name, query in PAGES.items():
        seconds: dict[str, list[float]] = {size: [] for size in house.cast.crowds}
        spent = dict.fromkeys(house.cast.crowds, 0.0)
        for token in house.cast.crowds.values():
            read(server.port, token, query, 5)
        for _ in range(max(1, scale.reads // TURN)):
            for size, token in house.cast.crowds.items():
                before = server.cpu_ms()
                seconds[size] += read(server.port, token, query, TURN)
                spent[size] += server.cpu_ms() - before
        for size, each in seconds.items():
            yield Figure(f"{name} of {int(size):,}, p50", median(each) * 1000, "ms")
            yield Figure(f"{name} of {int(size):,}, CPU", spent[size] / len(each), "ms")


def read(port: int, token: str, query: str, times: int) -> list[float]:
    """Seconds of each page, read one after the other on one connection."""
    connection = HTTPConnection("127.0.0.1", port)
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        connection.request("GET", f"/api/conversations{query}", headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        answer.read()
        seconds.append(time.perf_counter() - started)
        if answer.status != 200:
            raise RuntimeError(f"The list was answered with {answer.status}.")
    connection.close()
    return seconds
