"""The project's commands in processes of their own, with nothing in their environment but what a test gives."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

BARE = {"PATH": os.environ["PATH"], "FLAME_ENV_FILE": os.devnull, "PYTHONUNBUFFERED": "1", "LOG_FILES": "0"}
READY = "is ready"


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**BARE, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def running(*command: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """The command from its ready line on; killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env={**BARE, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout
        said = []
        for line in process.stdout:
            said.append(line)
            if READY in line:
                break
        else:
            raise AssertionError(f"It ended with {process.wait()}: {''.join(said)}")
        yield process
    finally:
        process.kill()
        process.communicate()


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])
