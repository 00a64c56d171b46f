"""`python -m benchmarks [name …]`: every figure that the README claims, measured here and now. Loopback only."""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from benchmarks import burst, door, knowledge, latency, lists, live
from benchmarks.databases import Absent
from benchmarks.door import Lost
from benchmarks.houses import House, one_process, split_processes
from benchmarks.load import Refused
from benchmarks.processes import DidNotStart, Server
from benchmarks.report import Figure, Measured, as_json, machine, save, table
from benchmarks.scale import DEFAULT, LARGE, QUICK, Scale
from integrations.sandbox.client import Client

Served = Callable[[House, Server, Client, Scale], Iterator[Figure]]
SERVED: dict[str, Served] = {
    "list": lambda house, server, _, scale: lists.measure(house, server, scale),
    "socket": lambda house, server, _, scale: latency.to_socket(house, server, scale),
    "reply": latency.to_reply,
    "burst": lambda house, server, _, scale: burst.measure(house, server, scale),
}
NAMES = ("door", "train", "live", *SERVED)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that databases and servers go also then
    options = arguments()
    scale = QUICK if options.quick else DEFAULT
    if options.large:
        scale = replace(scale, crowds=(*scale.crowds, *LARGE))
    try:
        measured = list(measure_all(options.names or NAMES, scale))
    except (DidNotStart, Lost, Refused) as failure:
        sys.exit(str(failure))
    print(as_json(measured) if options.json else f"\n{machine()}\n\n{table(measured)}")
    say(f"Saved in {save(measured)}.")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", type=name, metavar="name", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--quick", action="store_true", help="fewer of everything, under a minute")
    parser.add_argument("--large", action="store_true", help="the list also at 200,000 conversations")
    parser.add_argument("--json", action="store_true", help="JSON instead of the table")
    return parser.parse_args()


def name(text: str) -> str:
    if text not in NAMES:
        raise argparse.ArgumentTypeError(f"{text!r} is no benchmark; there are {', '.join(NAMES)}")
    return text


def measure_all(names: Iterable[str], scale: Scale) -> Iterator[Measured]:
    for opened in (one_process, split_processes):
        try:
            with opened(scale.crowds) as house:
                yield from measure_house(house, names, scale)
        except Absent as reason:
            say(f"Skipped PostgreSQL + Redis. {reason}")


def measure_house(house: House, names: Iterable[str], scale: Scale) -> Iterator[Measured]:
    if "door" in names:
        yield from noted("door", house, door.measure(house, scale))
    if "train" in names:
        yield from noted("train", house, knowledge.measure(house, scale))
    if "live" in names:
        yield from noted("live", house, live.measure(house, scale))
    served = [name for name in SERVED if name in names]
    if served:
        with house.all_roles() as (server, platform):
            for name in served:
                yield from noted(name, house, SERVED[name](house, server, platform, scale))


def noted(name: str, house: House, figures: Iterator[Figure]) -> Iterator[Measured]:
    print(f"{house.name}: {name} …", end=" ", file=sys.stderr, flush=True)
    started = time.monotonic()
    for figure in figures:
        yield Measured(name, house.name, figure.name, figure.value, figure.unit)
    say(f"{time.monotonic() - started:.1f} s")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
