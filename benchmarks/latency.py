"""An idle server: from the first byte of a webhook to the inbox's socket, and to the platform that gets the reply."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.bodies import DOOR, Sender
from benchmarks.houses import House
from benchmarks.load import Refused
from benchmarks.processes import Server
from benchmarks.report import Figure, spread
from benchmarks.scale import Scale
from benchmarks.wire import Line
from integrations.sandbox.client import Client

PATIENCE = 20.0
PAUSE = 0.1
"""Seconds between two tries at most; at random, so that no clock of the server is always met at the same moment."""


def to_socket(house: House, server: Server, scale: Scale) -> Iterator[Figure]:
    customers = Sender(house.cast.quiet, house.cast.secret, "socket", contacts=20)
    yield from spread("webhook → socket frame", asyncio.run(frames(house, server, customers, scale.frames)))


def to_reply(house: House, server: Server, platform: Client, scale: Scale) -> Iterator[Figure]:
    number, secret = house.cast.talking, house.cast.secret
    platform.register("whatsapp", number, secret, f"http://127.0.0.1:{server.port}{DOOR}")
    customers = Sender(number, secret, "reply", contacts=scale.replies)
    written = asyncio.run(answered(house, server, customers, scale.replies))
    arrived = {sent["contact"]: sent["at"] for sent in platform.sent("whatsapp", number)}
    yield from spread("webhook → reply at the platform", [arrived[contact] - at for contact, at in written.items()])


async def frames(house: House, server: Server, customers: Sender, tries: int) -> list[float]:
    seconds = []
    async with inbox(house, server) as (line, socket):
        for number in range(tries):
            sent_at = await post(line, customers, number)
            await frame(socket, external_id=customers.message_id(number))
            seconds.append(time.time() - sent_at)
            await accepted(line)
    return seconds


async def answered(house: House, server: Server, customers: Sender, tries: int) -> dict[str, float]:
    """When each customer wrote. Returns once the platform has had every reply and its receipts are here."""
    written = {}
    async with inbox(house, server) as (line, socket):
        for number in range(tries):
            written[customers.contact(number)] = await post(line, customers, number)
            await accepted(line)
            await frame(socket, status="read")
    return written


@asynccontextmanager
async def inbox(house: House, server: Server) -> AsyncIterator[tuple[Line, ClientConnection]]:
    """A platform's connection, and an agent's socket that has been let in."""
    line = await Line.to(server.port)
    protocols: Any = ["flame.v1", f"bearer.{house.cast.token}"]
    async with connect(f"ws://127.0.0.1:{server.port}/ws/inbox", subprotocols=protocols) as socket:
        await socket.recv()
        yield line, socket
    line.close()


async def post(line: Line, customers: Sender, number: int) -> float:
    await asyncio.sleep(random.uniform(0, PAUSE))
    request = customers.request(number)
    sent_at = time.time()
    line.send(request)
    return sent_at


async def accepted(line: Line) -> None:
    status = await line.status()
    if status != 200:
        raise Refused(f"A webhook was answered with {status}.")


async def frame(socket: ClientConnection, **wanted: str) -> None:
    """Returns when a message is shown that has these fields."""
    async with asyncio.timeout(PATIENCE):
        async for text in socket:
            message = json.loads(text)["data"].get("message", {})
            if wanted.items() <= message.items():
                return
