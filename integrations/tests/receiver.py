"""Somebody who takes webhooks: a real HTTP server that keeps what it got and answers as it is told."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Receiver(ThreadingHTTPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.got = []
        """(lower-case headers, raw body) of each webhook, refused ones too."""
        self.statuses = []
        """What to answer first; then 200."""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/webhook"

    def bodies(self):
        return [json.loads(raw) for _, raw in self.got]

    def wait_for(self, count, seconds=10.0):
        """The webhooks so far, as soon as there are that many."""
        deadline = time.monotonic() + seconds
        while len(self.got) < count:
            assert time.monotonic() < deadline, f"{len(self.got)} of {count} webhooks came"
            time.sleep(0.01)
        return self.bodies()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Receiver

    def do_POST(self):
        raw = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, raw))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *args):
        """Quiet."""


@contextmanager
def receiving():
    receiver = Receiver()
    receiver.daemon_threads = True
    thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.shutdown()
        thread.join()
        receiver.server_close()


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver
