"""`manage.py run` as real processes that can be killed: one, or one a role where there is a Redis between them."""

import signal
import subprocess
import sys
from contextlib import contextmanager

import requests
from django.conf import settings

from flame.process import ROLES
from flame.tests.shell import BARE, READY, free_port
from tests.faults.waiting import wait_until

START_SECONDS = 30


class Server:
    """`environment` needs at least DATABASE_URL. Everything that the processes say goes to `log`."""

    def __init__(self, environment, log, roles=("all",)):
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.roles = roles
        self.environment = {**BARE, **environment, "PORT": self.port}
        self.log = log
        self.processes = {}

    def start(self, *roles):
        """Start these roles, or all; returns when they are ready."""
        for role in roles or self.roles:
            self.processes[role] = self._spawn(role)
        for role in roles or self.roles:
            wait_until(lambda role=role: self._is_ready(role), START_SECONDS, self.said)

    def kill(self, *roles):
        """As the machine's owner does: no handler runs, no transaction ends."""
        for role in roles or self.roles:
            self.processes[role].kill()
            self.processes[role].wait()

    def terminate(self, seconds=30):
        """Ask every process to end; answers their exit codes."""
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        return [process.wait(seconds) for process in self.processes.values()]

    def said(self):
        return self.log.read_text(errors="replace")[-20_000:]

    def _spawn(self, role):
        begin = self._log_of(role)
        begin.unlink(missing_ok=True)
        with begin.open("w") as ready, self.log.open("a") as log:
            command = [sys.executable, "manage.py", "run", "--role", role]
            return subprocess.Popen(
                command, cwd=settings.BASE_DIR, env=self.environment, stdout=ready, stderr=log, text=True
            )

    def _is_ready(self, role):
        code = self.processes[role].poll()
        assert code is None, f"{role} ended with {code}: {self.said()}"
        return READY in self._log_of(role).read_text()

    def _log_of(self, role):
        return self.log.with_suffix(f".{role}")


@contextmanager
def serving(environment, folder, roles=("all",)):
    server = Server(environment, folder / "server.log", roles)
    try:
        server.start()
        yield server
    except BaseException:
        print(server.said())
        raise
    finally:
        server.kill(*server.processes)


def roles_of(redis_url):
    """Where there is a Redis, each role has a process of its own."""
    return ROLES if redis_url else ("all",)


def sign_in(server, email, password):
    answer = requests.post(
        f"http://{server.address}/api/auth/login", json={"email": email, "password": password}, timeout=10
    )
    assert answer.status_code == 200, answer.text
    return answer.json()
