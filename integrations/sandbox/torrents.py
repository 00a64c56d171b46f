"""Answers whose body never ends well: one byte a second, without an end, or small on the wire and huge unpacked."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Literal

Torrent = Literal["drip", "endless", "gzip_bomb"]

DRIP_SECONDS = 1.0
CHUNK = b" " * 65_536
ENDLESS_CHUNKS = 16_384
"""A gigabyte, at a hundred chunks a second: for whoever forgets to stop listening."""
BOMB_MEGABYTES = 200


def headers_of(torrent: Torrent) -> dict[str, str]:
    """None of them says how long the body is, as no honest header could."""
    return {"content-encoding": "gzip"} if torrent == "gzip_bomb" else {}


async def chunks_of(torrent: Torrent, body: bytes) -> AsyncIterator[bytes]:
    match torrent:
        case "drip":
            for byte in body:
                yield bytes([byte])
                await asyncio.sleep(DRIP_SECONDS)
        case "endless":
            for _ in range(ENDLESS_CHUNKS):
                yield CHUNK
                await asyncio.sleep(0.01)
        case "gzip_bomb":
            yield bomb()


@lru_cache(1)
def bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join([*(packer.compress(CHUNK) for _ in range(BOMB_MEGABYTES * 16)), packer.flush()])
