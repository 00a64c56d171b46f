"""Ringing on the channel layer from any thread of any process: "group G is at N", nothing more.

Both layers belong to an event loop: a Redis connection dies with the loop that opened it, and a waiter of the in-memory
layer wakes only when it is rung on its own loop. So a process rings on one loop: the server's, once it listens there,
else one that lives in a thread of its own.
"""

import asyncio
import logging
import threading
from typing import Any

from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)
_guard = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def listen_here() -> None:
    """Called by whoever listens, on the loop where it listens."""
    global _loop  # noqa: PLW0603 - one loop a process is the point
    with _guard:
        _loop = asyncio.get_running_loop()


def ring(group: str, number: int) -> None:
    """Tell a group its newest number. Never raises and never waits: listeners also look on their own."""
    asyncio.run_coroutine_threadsafe(_send(group, {"type": "bell.rung", "number": number}), _running_loop())


def send(group: str, message: dict[str, Any]) -> None:
    """An ephemeral message to a group: nobody stores it, so whoever misses it misses it."""
    asyncio.run_coroutine_threadsafe(_send(group, message), _running_loop())


def _running_loop() -> asyncio.AbstractEventLoop:
    global _loop  # noqa: PLW0603
    with _guard:
        if _loop is None or _loop.is_closed() or not _loop.is_running():
            _loop = asyncio.new_event_loop()
            running = threading.Event()
            _loop.call_soon(running.set)
            threading.Thread(target=_loop.run_forever, name="bell", daemon=True).start()
            running.wait()
        return _loop


async def _send(group: str, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    try:
        await layer.group_send(group, message)
    except Exception as error:  # noqa: BLE001 - Redis away, full or restarting: listeners look on their own
        logger.warning("The channel layer did not take a bell for %s: %s", group, error)
