"""A sandbox in a process of its own, for tests and benchmarks."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from integrations.sandbox.client import Client

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 5


@contextmanager
def running(port: int = 0) -> Iterator[Client]:
    """Start it, hand out a client, end it."""
    command = [sys.executable, "-m", "integrations.sandbox", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        try:
            url = process.stdout.readline().strip() if process.stdout else ""
            if not url:
                raise RuntimeError(f"The sandbox did not start on port {port}.")
            client = Client(url)
            yield client
            client.close()
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
