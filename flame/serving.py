"""The web server of a process: daphne, which stops by draining what it has begun."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from daphne import server as daphne_server
from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from django.utils.translation import gettext as _
from twisted.internet import reactor as twisted_reactor

from accounts import stream
from accounts.fanout import encode, end_waits
from flame.request_reading import PlainRequests
from integrations import door

daphne_server.HTTPFactory = PlainRequests  # Server.run makes one by this name, and takes no other
reactor: Any = twisted_reactor  # its declared interfaces have no self, which no type checker understands

DRAIN_SECONDS = 8.0
"""Of the ten that a stopping process has (flame.process)."""
DISMISS_SECONDS = 4.0
"""Over how long the sockets are sent away, so that they do not all come back at once."""
DISMISS_STEP = 0.05
REQUEST_SECONDS = 120
DRAINING = 4503


class CannotListen(Exception):
    """The port is taken or may not be used; the message is the system's."""


class WebServer(Server):
    def __init__(self, application: Callable[..., Any], host: str, port: int) -> None:
        super().__init__(
            application,
            endpoints=build_endpoint_description_strings(host=host, port=port),
            signal_handlers=False,
            http_timeout=REQUEST_SECONDS,
        )
        self.ports: list[Any] = []
        self.failure = ""
        self.watch: asyncio.Task[None] | None = None

    def serve(self, on_listening: Callable[[], object]) -> None:
        """Returns once `drain` is through. Raises CannotListen."""
        reactor.callWhenRunning(on_listening)
        self.run()
        if self.failure:
            raise CannotListen(self.failure)

    def listen_success(self, port: Any) -> None:
        self.ports.append(port)
        reactor.callLater(0, self._keep_watch)  # the loop does not run yet

    def _keep_watch(self) -> None:
        self.watch = self.watch or asyncio.get_running_loop().create_task(door.watch.keep())

    def listen_error(self, failure: Any) -> None:
        error = getattr(failure.value, "socketError", failure.value)
        self.failure = getattr(error, "strerror", None) or str(error)
        self.stop()

    def drain(self) -> None:
        """Callable from any thread and from a signal handler."""
        reactor.callFromThread(self._drain)

    def _drain(self) -> None:
        for port in self.ports:
            port.stopListening()
        if self.watch is not None:
            self.watch.cancel()
        end_waits()
        sockets = [each for each in self.connections if isinstance(each, WebSocketProtocol)]
        step = min(DISMISS_STEP, DISMISS_SECONDS / max(len(sockets), 1))
        for number, socket in enumerate(sockets):
            reactor.callLater(number * step, dismiss, socket)
        self._stop_when_idle(time.monotonic() + DRAIN_SECONDS)

    def _stop_when_idle(self, deadline: float) -> None:
        running = [each.get("application_instance") for each in self.connections.values()]
        if any(each is not None and not each.done() for each in running) and time.monotonic() < deadline:
            reactor.callLater(DISMISS_STEP, self._stop_when_idle, deadline)
        else:
            self.stop()


def dismiss(socket: Any) -> None:
    """Tell one client to connect again, as its consumer would."""
    if socket.state == socket.STATE_OPEN:
        error = {"code": "draining", "error": _("The server restarts; connect again."), "retry": True}
        socket.serverSend(encode(stream.frame("error", error)))
        socket.serverClose(DRAINING)
