"""What a socket may carry: each type of frame, and what its `data` holds. docs/asyncapi.yaml is made of this table.

A value is the name of a component of the REST API's description, or a JSON schema. A name with "?" may be absent; a
shape that is a name alone is that component.
"""

from collections.abc import Mapping
from typing import Any

Parts = Mapping[str, "str | dict[str, Any]"]
Shape = Parts | str

TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": "integer"}
ID: dict[str, Any] = {"type": "string", "format": "uuid"}
REF: dict[str, Any] = {"type": ["string", "null"], "description": "The `ref` of the frame that this answers."}
PEOPLE: dict[str, Any] = {
    "type": "array",
    "items": {"type": "object", "properties": {"id": ID, "name": TEXT}, "required": ["id", "name"]},
}
THREAD: Parts = {"conversation": "Conversation"}
MESSAGE: Parts = {
    "message": "Message",
    "draft_id?": {**ID, "description": "Of the `message.delta` frames that showed it while it was written."},
}
DRAFT: Parts = {"draft": "Draft"}
ASSISTANT: Parts = {"assistant": "Assistant"}
INTEGRATION: Parts = {"integration": "Integration"}
GONE: Parts = {"id": ID}

STORED: Mapping[str, Shape] = {
    "conversation.created": THREAD,
    "conversation.updated": THREAD,
    "conversation.status_changed": {**THREAD, "previous": "ConversationStatusEnum"},
    "conversation.assigned": THREAD,
    "conversation.handed_off": {
        **THREAD,
        "reason": TEXT,
        "summary": {**TEXT, "description": "Of an assistant, in two lines: what is asked, and why it is yours."},
    },
    "conversation.resumed": THREAD,
    "conversation.read": THREAD,
    "conversation.deleted": GONE,
    "message.created": MESSAGE,
    "message.updated": MESSAGE,
    "draft.created": DRAFT,
    "draft.updated": DRAFT,
    "draft.discarded": DRAFT,
    "assistant.created": ASSISTANT,
    "assistant.updated": ASSISTANT,
    "assistant.deleted": GONE,
    "assistant.training": "Training",
    "assistant.trained": "Training",
    "integration.created": INTEGRATION,
    "integration.updated": INTEGRATION,
    "integration.status_changed": INTEGRATION,
    "integration.deleted": GONE,
}
"""Events: with the account's next `seq`, and kept."""

EPHEMERAL: Mapping[str, Shape] = {
    "message.delta": {
        "draft_id": ID,
        "index": {**NUMBER, "description": "Counts a draft's frames from 0."},
        "text": {**TEXT, "description": "To be appended."},
        "whole?": {"const": True, "description": "The text is all up to this index, for who began to watch."},
        "aborted?": {**TEXT, "description": "Neither a message nor a draft will come of it, and why."},
    },
    "viewer.updated": {"viewers": PEOPLE},
    "presence.updated": {"online": PEOPLE},
    "typing.started": {"name": TEXT},
    "typing.stopped": {"name": TEXT},
}
"""Shown to who is there, and kept nowhere."""

CONTROL: Mapping[str, Shape] = {
    "hello": {
        "session_id": ID,
        "user": {
            "type": "object",
            "properties": {"id": ID, "name": TEXT, "email": TEXT, "role": TEXT},
            "required": ["id", "name", "email", "role"],
        },
        "heartbeat_ms": NUMBER,
        "last_seq": NUMBER,
        "server_version": TEXT,
    },
    "ready": {"seq": NUMBER, "replayed": NUMBER},
    "resync": {"reason": {"enum": ["unknown_seq", "too_old"]}, "seq": NUMBER},
    "heartbeat": {"last_seq": NUMBER},
    "ack": {"ref": REF},
    "error": {"ref?": REF, "code": TEXT, "error": TEXT, "retry": {"type": "boolean"}},
}
"""About the connection itself."""


class UnknownEvent(Exception):
    """Nobody could have been told of this type, or of this part of its data."""


def check_event(type: str, data: Mapping[str, Any]) -> None:  # noqa: A002 - the envelope's name
    """Raises UnknownEvent for what the table does not say."""
    if type not in STORED:
        raise UnknownEvent(f"{type} is no type of accounts.vocabulary.STORED.")
    shape = STORED[type]
    if isinstance(shape, str):
        return
    required, optional = parts(shape)
    if not required <= data.keys() <= required | optional:
        raise UnknownEvent(f"{type} holds {sorted(data)}, and accounts.vocabulary.STORED says {sorted(shape)}.")


def parts(shape: Parts) -> tuple[set[str], set[str]]:
    """The names that are always there, and those that may be."""
    optional = {name.removesuffix("?") for name in shape if name.endswith("?")}
    return {name for name in shape if not name.endswith("?")}, optional
