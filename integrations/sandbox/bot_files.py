"""Files of the Bot API: `getFile` and the link behind it, and uploads beside a send ("Sending files", Bot API)."""

import re
from typing import Any

from integrations.platforms.reading import string
from integrations.sandbox.exchange import Answer, Call
from integrations.sandbox.files import File, Files, multipart

SENDS = {
    "sendPhoto": "photo",
    "sendDocument": "document",
    "sendAudio": "audio",
    "sendVoice": "voice",
    "sendVideo": "video",
}
"""Method → the field that holds the file."""
GOOD_TOKEN = re.compile(r"bot\d+:(?!bad|expired)[A-Za-z0-9_-]+")
MEGABYTE = 1024 * 1024
MAX_CAPTION = 1024


def body_of(files: Files, call: Call) -> dict[str, Any]:
    """JSON, or the fields of a multipart body, where a file stands as its new id. Raises ValueError."""
    if not call.headers.get("content-type", "").startswith("multipart/form-data"):
        return call.json()
    fields, parts = multipart(call)
    kept = {name: files.keep(part.content, part.mime, part.name).id for name, part in parts.items()}
    return {**fields, **kept}


def described(file: File) -> dict[str, Any]:
    path = f"documents/{file.id}"
    return {"file_id": file.id, "file_unique_id": f"u{file.id}", "file_size": len(file.content), "file_path": path}


async def download(files: Files, call: Call) -> Answer:
    """`/file/bot<token>/documents/<id>`: whoever has the link has the token."""
    _, token, *path = [*call.parts, ""]
    file = files.kept.get(path[1]) if len(path) > 1 else None
    if not GOOD_TOKEN.fullmatch(token) or file is None:
        return Answer({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
    return await file.answer()


def problem(files: Files, kind: str, body: dict[str, Any]) -> str:
    """What the Bot API would say against the file, or ""."""
    given = string(body.get(kind))
    file = files.kept.get(given)
    if file is None and not given.startswith("https://"):
        return f"wrong file identifier/HTTP URL specified in {kind}"
    limit = 10 if kind == "photo" else 50
    if file and len(file.content) > limit * MEGABYTE:
        return "file is too big"
    if kind == "photo" and file and not file.mime.startswith("image/"):
        return "IMAGE_PROCESS_FAILED"
    return "message caption is too long" if len(string(body.get("caption"))) > MAX_CAPTION else ""
