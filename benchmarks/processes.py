"""The project's commands as real processes, with nothing in their environment but what a benchmark gives."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from flame.tests.shell import BARE, READY, free_port

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0
GRACE = 15.0


class DidNotStart(Exception):
    """The message is what the process had said by then."""


@dataclass(frozen=True)
class Server:
    """The processes of one set-up; the web server among them listens on `port`."""

    port: int
    processes: list[subprocess.Popen[bytes]]

    def cpu_ms(self) -> float:
        """User and system time of all of them so far."""
        return sum(map(cpu_seconds, self.processes)) * 1000


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    spent = psutil.Process(process.pid).cpu_times()
    return float(spent.user + spent.system)


@contextmanager
def serving(commands: Sequence[Sequence[str]], environment: Mapping[str, str], logs: Path) -> Iterator[Server]:
    """Start the commands together and wait for each one's ready line. Raises DidNotStart."""
    port = free_port()
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for number, command in enumerate(commands):
            processes.append(start(command, {**environment, "PORT": port}, logs / f"{port}-{number}.log"))
        for number, process in enumerate(processes):
            await_ready(process, logs / f"{port}-{number}.log")
        yield Server(int(port), processes)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            end(process)


def run(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """What a command prints. Raises DidNotStart."""
    ended = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env={**BARE, **environment}, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise DidNotStart(ended.stderr)
    return ended.stdout


def start(command: Sequence[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as said:
        return subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env={**BARE, **environment}, stdout=said, stderr=subprocess.STDOUT
        )


def await_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while READY not in log.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            raise DidNotStart(log.read_text())
        time.sleep(0.02)


def end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
