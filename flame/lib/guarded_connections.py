"""Connections to an address that was checked, and that end at a deadline whatever the other side does.

A name is resolved once: what was checked is what is connected to, so a name server that answers differently the second
time (DNS rebinding) gains nothing.
"""

import queue
import socket
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from httpcore2 import SOCKET_OPTION, ConnectError, ConnectTimeout, NetworkBackend, NetworkStream, SyncBackend
from httpcore2 import TimeoutException as TimedOut

IPV6_UNICAST = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052: how a network without IPv4 reaches an IPv4 address, which is its last 32 bits."""


class PrivateAddress(Exception):
    """A name stands for an address that is not public."""


def is_public(text: str) -> bool:
    """Whether anybody on the internet could reach the address: no private, local, shared, reserved or tunnelled one."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped
        if address in NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is None:
            tunnelled = address.sixtofour is not None or address.teredo is not None
            return address in IPV6_UNICAST and address.is_global and not tunnelled
        address = inner
    return address.is_global and not address.is_multicast and not address.is_reserved


class GuardedBackend(NetworkBackend):
    """Connects to public addresses only, unless told that the origin is trusted. `deadline` is of time.monotonic()."""

    def __init__(self, deadline: float, *, trusted: bool) -> None:
        self._deadline = deadline
        self._trusted = trusted

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        """Raises PrivateAddress if any of the name's addresses is not public."""
        addresses = resolve(host, port, self._deadline)
        if not self._trusted and not all(map(is_public, addresses)):
            raise PrivateAddress(host)
        refused: Exception = ConnectError(f"No address answered among {len(addresses)}.")
        for address in addresses:
            try:
                stream = SyncBackend().connect_tcp(address, port, time_left(self._deadline))
            except (ConnectError, ConnectTimeout) as error:
                refused = error
            else:
                return DeadlineStream(stream, self._deadline)
        raise refused


class DeadlineStream(NetworkStream):
    """A read that waits for its next byte has its time cut: a server that drips cannot hold on beyond the deadline."""

    def __init__(self, stream: NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, time_left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, time_left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, time_left(self._deadline))
        return DeadlineStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def time_left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimedOut
    return left


def resolve(host: str, port: int, deadline: float) -> list[str]:
    """Every address of a name, in the system's order. The resolver cannot be interrupted, so it is not waited for."""
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()
    threading.Thread(target=look_up, args=(host, port, answers), daemon=True).start()
    found: list[str] | OSError = []
    with suppress(queue.Empty):
        found = answers.get(timeout=time_left(deadline))
    if isinstance(found, OSError):
        raise ConnectError("The name has no address.")
    if not found:
        raise TimedOut
    return found


def look_up(host: str, port: int, answers: "queue.SimpleQueue[list[str] | OSError]") -> None:
    try:
        infos = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        answers.put(list(dict.fromkeys(str(info[4][0]) for info in infos)))
    except (OSError, UnicodeError) as error:
        answers.put(error if isinstance(error, OSError) else OSError(str(error)))
