"""One process and its parts: the web server, a Celery worker and beat, together or alone. They start, live and end as
one: a part that ends on its own ends the process.
"""

import logging
import os
import signal
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from celery import Celery
from celery.beat import Service
from celery.worker import state

from flame.serving import WebServer

logger = logging.getLogger(__name__)

ROLES = ("web", "worker", "beat")
GRACE_SECONDS = 10.0
READY_SECONDS = 3.0


class Background:
    """A part in a thread of its own. `ended` is called with its name when it ends, asked or not."""

    def __init__(
        self, name: str, work: Callable[[], object], ask_to_stop: Callable[[], object], ended: Callable[[str], object]
    ) -> None:
        self.name = name
        self.stop = ask_to_stop
        self._work = work
        self._ended = ended
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        try:
            self._work()
        except Exception:
            logger.exception("The %s failed.", self.name)
        self._ended(self.name)


class Process:
    """`announce` is called once, when the parts are there: with False if the worker does not reach its queue yet."""

    def __init__(
        self, app: Celery, roles: Sequence[str], server: WebServer | None, announce: Callable[[bool], object]
    ) -> None:
        self.failed = False
        self._server = server
        self._announce = announce
        self._stopping = False
        self._told_to_stop = threading.Event()
        self._worker_ready = threading.Event()
        self._worker = self._make_worker(app) if "worker" in roles else None
        beat = self._make_beat(app, alone=len(roles) == 1) if "beat" in roles else None
        self._background = [part for part in (self._worker, beat) if part is not None]

    def run(self) -> None:
        """Returns after a signal, or a part's failure, once everything has ended. Raises CannotListen."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._interrupt())
        if self._server is None:
            self._start()
            self._told_to_stop.wait()
        else:
            self._server.serve(self._start)
        # Beat holds nothing that a stop could cut, and would go on looking for a broker that is away.
        if self._stopping and self._worker is not None:
            self._worker.join()

    def _make_worker(self, app: Any) -> Background:
        controller = app.WorkController(
            pool_cls="threads",
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
            ready_callback=lambda _: self._worker_ready.set(),
        )
        return Background("worker", controller.start, partial(stop_worker, controller), self._ended)

    def _make_beat(self, app: Any, *, alone: bool) -> Background:
        # Alone, it answers `celery inspect ping` itself; a second between two looks bounds how late it hears a stop.
        clock: Any = Service  # its stubs are older than remote_control
        service = clock(app, max_interval=1, scheduler_cls=app.conf.beat_scheduler, remote_control=alone)
        return Background("beat", service.start, service.stop, self._ended)

    def _start(self) -> None:
        for part in self._background:
            part.start()
        threading.Thread(target=self._announce_when_ready, daemon=True).start()

    def _announce_when_ready(self) -> None:
        self._announce(self._worker is None or self._worker_ready.wait(READY_SECONDS))

    def _interrupt(self) -> None:
        """A signal, once; twice ends the process there and then."""
        if self._stopping:
            os._exit(1)
        self._stopping = True
        # Not in the handler itself: it may have interrupted whoever holds a lock that stopping needs.
        threading.Thread(target=self._stop, daemon=True).start()

    def _ended(self, name: str) -> None:
        if not self._stopping:
            logger.critical("The %s ended; so does the process.", name)
            self.failed = self._stopping = True
            self._stop()

    def _stop(self) -> None:
        limit = threading.Timer(GRACE_SECONDS, self._give_up)
        limit.daemon = True
        limit.start()
        for part in self._background:
            part.stop()
        if self._server is not None:
            self._server.drain()
        self._told_to_stop.set()

    def _give_up(self) -> None:
        """What has not finished is cut: each row that it held has a lease, and another process takes it up."""
        logger.warning("Not everything finished in %.0f s.", GRACE_SECONDS)
        logging.shutdown()
        os._exit(int(self.failed))


def stop_worker(controller: Any) -> None:
    """Its loop looks at `should_stop` between two readings of the queue; one of memory:// takes up to two seconds,
    unless a message ends it.
    """
    worker_state: Any = state
    worker_state.should_stop = os.EX_OK
    if controller.app.conf.broker_url.startswith("memory:"):
        message = {"msg": "The worker stops."}
        controller.app.control.broadcast("shutdown", message, destination=[controller.hostname])
