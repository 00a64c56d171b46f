"""A client of the inbox's websocket that remembers its last seq and comes back with it, however often it is cut."""

import json
import random
import threading
import time
from contextlib import suppress

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect


class Reader:
    """`seqs` and `types`: every stored event in the order of its coming, over all connections."""

    def __init__(self, server, token, cuts=0, seed=0):
        self.url = f"ws://{server.address}/ws/inbox"
        self.protocols = ["flame.v1", f"bearer.{token}"]
        self.cuts = cuts
        self.seqs = []
        self.events = []
        self.connections = 0
        self.resyncs = 0
        self._random = random.Random(seed)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._ended.set()
        self._thread.join(10)

    @property
    def seq(self):
        return self.seqs[-1] if self.seqs else 0

    def of_type(self, *types):
        return [event for event in self.events if event["type"] in types]

    def _run(self):
        while not self._ended.is_set():
            with suppress(OSError, WebSocketException, TimeoutError):
                self._read()
            time.sleep(0.05)

    def _read(self):
        with connect(f"{self.url}?since={self.seq}", subprotocols=self.protocols, open_timeout=5) as socket:
            self.connections += 1
            left = self._random.randint(5, 60) if self.cuts else None
            while not self._ended.is_set():
                if left == 0:
                    self.cuts -= 1
                    socket.socket.close()  # no closing handshake: the cable is gone
                    return
                with suppress(TimeoutError):
                    left = self._keep(json.loads(socket.recv(timeout=0.2)), left)

    def _keep(self, frame, left):
        self.resyncs += frame["type"] == "resync"
        if frame["seq"] is not None:
            self.seqs.append(frame["seq"])
            self.events.append(frame)
        return None if left is None else left - 1
