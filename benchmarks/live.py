"""From a model's first token to an agent's socket: what our processes add to the wait for a model."""

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

from websockets.asyncio.client import ClientConnection

from benchmarks import clock_model
from benchmarks.bodies import Sender
from benchmarks.houses import House
from benchmarks.latency import PATIENCE, accepted, inbox, post
from benchmarks.processes import Server
from benchmarks.report import Figure, spread
from benchmarks.scale import Scale


def measure(house: House, scale: Scale) -> Iterator[Figure]:
    with clock_model.running() as url, house.all_roles(OPENAI_API_KEY="benchmark", OPENAI_BASE_URL=url) as (server, _):
        customers = Sender(house.cast.talking, house.cast.secret, "live", contacts=scale.texts)
        yield from spread(
            "model's first token → socket frame", asyncio.run(first_pieces(house, server, customers, scale.texts))
        )


async def first_pieces(house: House, server: Server, customers: Sender, tries: int) -> list[float]:
    seconds = []
    async with inbox(house, server) as (line, socket):
        for number in range(tries):
            await post(line, customers, number)
            shown, at = await first_delta(socket)
            seconds.append(at - float(shown["text"].split()[0]))
            await accepted(line)
            await ended(socket, shown["draft_id"])
    return seconds


async def first_delta(socket: ClientConnection) -> tuple[dict[str, Any], float]:
    async with asyncio.timeout(PATIENCE):
        async for text in socket:
            at = time.time()
            frame = json.loads(text)
            if frame["type"] == "message.delta" and frame["data"]["index"] == 0:
                return frame["data"], at
    raise ConnectionError("The socket closed.")


async def ended(socket: ClientConnection, draft_id: str) -> None:
    """Returns when the text has become a message or a draft."""
    async with asyncio.timeout(PATIENCE):
        async for text in socket:
            frame = json.loads(text)
            data = frame["data"]
            if frame["type"] != "message.delta" and draft_id in (data.get("draft_id"), data.get("draft", {}).get("id")):
                return
