"""As much HTTP/1.1 as a cheap client of our own server needs: a client that thinks would take the server's core."""

import asyncio


def status_of(answer: bytes) -> int | None:
    """The status of an answer that is there as a whole, else None."""
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        return None
    headers = head.lower()
    if b"\r\ntransfer-encoding: chunked" in headers:
        whole = body.endswith(b"0\r\n\r\n")
    else:
        length = headers.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
        whole = len(body) >= int(length or 0)
    return int(head[9:12]) if whole else None


class Line:
    """One kept connection on which one request at a time is sent."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def to(cls, port: int) -> "Line":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    def send(self, request: bytes) -> None:
        self._writer.write(request)

    async def status(self) -> int:
        answer = b""
        while (status := status_of(answer)) is None:
            chunk = await self._reader.read(65536)
            if not chunk:
                raise ConnectionError("The server hung up in the middle of an answer.")
            answer += chunk
        return status

    def close(self) -> None:
        self._writer.close()
