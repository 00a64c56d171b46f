"""Learning: what a training of ten thousand passages takes, and a question to what it made. No network, no model."""

import json
from collections.abc import Iterator

from benchmarks.houses import House
from benchmarks.processes import run
from benchmarks.report import Figure
from benchmarks.scale import Scale


def measure(house: House, scale: Scale) -> Iterator[Figure]:
    told = json.loads(run(["-m", "benchmarks.learning", str(scale.passages)], house.environment).splitlines()[-1])
    for name, value in told.items():
        title, _, unit = name.rpartition(" | ")
        yield Figure(title, value, unit)
