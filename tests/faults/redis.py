"""A Redis of a test's own, which may die."""

import shutil
import subprocess
from contextlib import contextmanager

import pytest
from redis import Redis, RedisError

from flame.tests.shell import free_port
from tests.faults.waiting import wait_until


class RedisServer:
    def __init__(self, binary):
        self.binary = binary
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process = None

    def start(self):
        command = [self.binary, "--port", self.port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(self.answers, 5, "Redis did not start")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def answers(self):
        try:
            with Redis.from_url(self.url) as client:
                return client.ping()
        except RedisError:
            return False


@contextmanager
def redis_server():
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("needs redis-server: this test starts a Redis of its own, and may kill it")
    server = RedisServer(binary)
    server.start()
    try:
        yield server
    finally:
        server.kill()
