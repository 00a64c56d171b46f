"""What a socket's client may say (docs/events.md), read from one text frame."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from flame.lib.clean import parse_json

MAX_FRAME = 64 * 1024
SHAPES: dict[str, dict[str, type]] = {
    "auth": {"token": str},
    "resume": {"seq": int},
    "watch": {"conversation_id": uuid.UUID},
    "unwatch": {"conversation_id": uuid.UUID},
    "typing.start": {"conversation_id": uuid.UUID},
    "typing.stop": {"conversation_id": uuid.UUID},
    "ping": {},
}


class BadFrame(Exception):
    """`fatal`: not even a frame, so the socket closes with 4400. Else it is answered with an `error`."""

    def __init__(self, code: str, error: str, ref: str | None = None, *, fatal: bool = False) -> None:
        super().__init__(error)
        self.code = code
        self.error = error
        self.ref = ref
        self.fatal = fatal


@dataclass(frozen=True)
class ClientFrame:
    type: str
    data: dict[str, Any]
    ref: str | None


def read_frame(text: str) -> ClientFrame:
    """Raises BadFrame."""
    try:
        body = parse_json(text.encode())
    except ValueError as error:
        raise BadFrame("frame_invalid", _("The frame is not valid JSON."), fatal=True) from error
    if not isinstance(body, dict) or not isinstance(body.get("type"), str):
        raise BadFrame("frame_invalid", _("A frame is a JSON object with a type."), fatal=True)
    ref = body["ref"] if isinstance(body.get("ref"), str) else None
    shape = SHAPES.get(body["type"])
    if shape is None:
        raise BadFrame("frame_unknown", _("This type of frame is unknown."), ref)
    return ClientFrame(body["type"], {name: field(body, name, kind, ref) for name, kind in shape.items()}, ref)


def field(body: dict[str, Any], name: str, kind: type, ref: str | None) -> Any:
    value = body.get(name)
    try:
        if kind is uuid.UUID:
            return uuid.UUID(value)
    except (ValueError, TypeError, AttributeError):
        value = None
    if not isinstance(value, kind) or isinstance(value, bool):
        raise BadFrame("field_invalid", _("The field %(name)s is missing or of the wrong type.") % {"name": name}, ref)
    return value
