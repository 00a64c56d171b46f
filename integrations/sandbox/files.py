"""Files as the platforms keep them: of customers until the business fetches them, of the business once it uploads them.

`GET /sandbox/files/{id}` is the platforms' CDN: WhatsApp's links there want the account's token, Meta's others none.
"""

import asyncio
import base64
import hashlib
import os
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from integrations.sandbox.exchange import Answer, Call

MAX_FILES = 500
Fault = Literal["", "dead", "redirect", "endless"]
BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
PART_NAME = re.compile(rb'[; ]name="([^"]*)"')
FILE_NAME = re.compile(rb'filename="([^"]*)"')
PART_TYPE = re.compile(rb"content-type: *([^\r\n]+)", re.IGNORECASE)


class Sending(BaseModel):
    """A file that a customer sends. `content` in base64, or `size` bytes of nothing. `mime` may lie.

    `fault`: the link is `dead` (404), leads to a private address (`redirect`), or what comes is `endless`. `delay` in
    seconds before the first byte.
    """

    model_config = ConfigDict(extra="forbid")

    type: Literal["image", "file", "audio", "video"] = "image"
    content: Base64Bytes = b""
    size: int = Field(default=0, ge=0, le=100 * 1024 * 1024)
    mime: str = ""
    name: str = ""
    caption: str = ""
    voice: bool = False
    fault: Fault = ""
    delay: float = Field(default=0, ge=0, le=60)


@dataclass(frozen=True)
class File:
    id: str
    content: bytes = field(repr=False)
    mime: str
    name: str
    fault: Fault = ""
    delay: float = 0

    @property
    def sha256(self) -> str:
        return base64.b64encode(hashlib.sha256(self.content).digest()).decode()

    async def answer(self) -> Answer:
        await asyncio.sleep(self.delay)
        if self.fault == "dead":
            return Answer({"error": "There is no such file."}, 404)
        if self.fault == "redirect":
            return Answer({}, 302, {"location": "https://10.0.0.1/"})
        length = {"content-length": str(2**40)} if self.fault == "endless" else {}
        return Answer(self.content, headers={"content-type": self.mime or "application/octet-stream", **length})


class Files:
    """The newest ones. Belongs to one event loop."""

    def __init__(self) -> None:
        self.kept: OrderedDict[str, File] = OrderedDict()

    def clear(self) -> None:
        self.kept.clear()

    def keep(self, content: bytes, mime: str, name: str = "", **more: Any) -> File:
        file = File(str(int.from_bytes(os.urandom(7))), content, mime, name, **more)
        self.kept[file.id] = file
        if len(self.kept) > MAX_FILES:
            self.kept.popitem(last=False)
        return file

    def send(self, order: Sending) -> File:
        content = order.content or bytes(order.size)
        return self.keep(content, order.mime, order.name, fault=order.fault, delay=order.delay)

    def named_in(self, body: Any) -> list[str]:
        """The ids of files that stand anywhere in a message's body."""
        if isinstance(body, (dict, list)):
            parts = body.values() if isinstance(body, dict) else body
            return [name for part in parts for name in self.named_in(part)]
        return [body] if isinstance(body, str) and body in self.kept else []


class Cdn:
    def __init__(self, files: Files) -> None:
        self.files = files

    async def answer(self, call: Call) -> Answer | None:
        file = self.files.kept.get(call.parts[0]) if len(call.parts) == 1 else None
        if file is None or call.method != "GET":
            return None
        token = call.headers.get("authorization", "").removeprefix("Bearer ")
        if "access" in call.query and (not token or token.startswith(("bad", "expired"))):
            return Answer({"error": {"message": "Authentication Error", "code": 190}}, 401)
        return await file.answer()


def link_for(file: File, call: Call) -> str:
    """Where the file lies, for whoever asks with the account's token: at the address that they know us by."""
    return f"http://{call.headers.get('host', '')}/sandbox/files/{file.id}?access=token"


def open_link(file: File, call: Call) -> str:
    """Where the file lies, for everybody: as settings name the sandbox, by whatever name the customer's call came."""
    return f"http://127.0.0.1:{call.port}/sandbox/files/{file.id}"


@dataclass(frozen=True)
class Part:
    content: bytes = field(repr=False)
    name: str
    mime: str


def multipart(call: Call) -> tuple[dict[str, str], dict[str, Part]]:
    """The plain fields and the files of a multipart body. Raises ValueError for what is none."""
    boundary = BOUNDARY.search(call.headers.get("content-type", ""))
    if boundary is None:
        raise ValueError("the body is not multipart")
    fields: dict[str, str] = {}
    files: dict[str, Part] = {}
    for part in call.raw.split(b"--" + boundary[1].encode())[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        named, filename, kind = PART_NAME.search(head), FILE_NAME.search(head), PART_TYPE.search(head)
        content = content.removesuffix(b"\r\n")
        if named and filename:
            mime = kind[1].decode() if kind else ""
            files[named[1].decode()] = Part(content, filename[1].decode("utf-8", "replace"), mime)
        elif named:
            fields[named[1].decode()] = content.decode("utf-8", "replace")
    return fields, files
