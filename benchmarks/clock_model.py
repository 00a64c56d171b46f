"""A stand-in for a model's server whose first token is the time at which it leaves: `python -m benchmarks.clock_model`
prints its port.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from assistants.tests.model_server import Handler, Server

REST = " y además seguimos escribiendo durante un momento, para que haya más de una pieza."
PAUSE = 0.02
PATH = "/benchmark/clock/v1"


class Clock(Handler):
    def play_clock(self) -> None:
        self.open()
        self.chunk(f"{time.time():.6f}")
        for word in REST.split(" "):
            time.sleep(PAUSE)
            self.chunk(f" {word}")
        self.chunk("", "stop")
        self.end()


@contextmanager
def running() -> Iterator[str]:
    """Its base URL."""
    command = [sys.executable, "-m", "benchmarks.clock_model"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}{PATH}"
        process.terminate()


if __name__ == "__main__":
    server = Server(("127.0.0.1", 0), Clock)
    print(server.server_port, flush=True)
    server.serve_forever()
