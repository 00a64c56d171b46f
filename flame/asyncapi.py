"""The websocket's description: each frame of accounts.vocabulary and conversations.frames, with the objects of REST."""

import uuid
from collections.abc import Mapping
from typing import Any

from accounts.vocabulary import CONTROL, EPHEMERAL, ID, STORED, Shape, parts
from conversations.frames import MAX_FRAME, SHAPES
from flame.lib.openapi import SCHEMAS, EnglishGenerator, referred

JSON = dict[str, Any]
CHANNEL = "#/channels/inbox"
DESCRIPTION = f"""\
One socket carries everything that happens in an account, as it is committed. Subprotocol `flame.v1`. Nothing is
written over it: that is REST.

**To get in**, connect with the subprotocols `flame.v1` and `bearer.<access token>`; or with `?ticket=` of
`POST /api/auth/ws-ticket`; or send an `auth` frame within 10 s. The socket is accepted first; a refusal is an `error`,
then a close: 4400 not a frame, 4401 no, bad or expired token, 4403 forbidden origin, 4408 no token in time, 4413 a
frame over {MAX_FRAME // 1024} KiB, 4429 too many frames, 4503 the server restarts, 4508 read too slowly.

**To miss nothing**, keep the `seq` of the last event (or `X-Event-Seq` of a list) and ask for what came after it:
`resume`, or `?since=` on connecting. What was missed follows in order, then `ready`; or `resync`, if it is kept no
longer.
"""
KINDS: Mapping[type, JSON] = {str: {"type": "string"}, int: {"type": "integer"}, uuid.UUID: ID}
STORED_SEQ: JSON = {"type": "integer", "description": "Gapless and increasing in the account."}
NO_SEQ: JSON = {"type": "null"}
ACTOR: JSON = {
    "type": "object",
    "description": "The customer (`user`), an assistant, a person of the team (`agent`), or the system.",
    "properties": {
        "type": {"type": "string", "enum": ["user", "assistant", "agent", "system"]},
        "id": {"type": ["string", "null"]},
    },
    "required": ["type", "id"],
}


def document() -> JSON:
    """AsyncAPI 3.0."""
    sent = {
        **{name: frame(name, shape, STORED_SEQ) for name, shape in STORED.items()},
        **{name: frame(name, shape, NO_SEQ) for name, shape in {**EPHEMERAL, **CONTROL}.items()},
    }
    heard = {f"client.{name}": client_frame(name, fields) for name, fields in SHAPES.items()}
    messages = {**sent, **heard}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "FLAME Assistant: the inbox's websocket", "version": "1.0.0", "description": DESCRIPTION},
        "defaultContentType": "application/json",
        "servers": {"own": {"host": "localhost:3000", "protocol": "ws", "description": "Behind TLS, wss."}},
        "channels": {
            "inbox": {
                "address": "/ws/inbox",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                "bindings": {"ws": {"method": "GET", "query": query(), "bindingVersion": "0.1.0"}},
            }
        },
        "operations": {
            "tell": operation("send", "What the server tells.", sent),
            "hear": operation("receive", "What a client may say; each is answered with `ack` or `error`.", heard),
        },
        "components": {"messages": messages, "schemas": {"Actor": ACTOR, **objects(messages)}},
    }


def frame(name: str, shape: Shape, seq: JSON) -> JSON:
    envelope = {
        "v": {"const": 1},
        "type": {"const": name},
        "seq": seq,
        "id": ID,
        "at": {"type": "string", "format": "date-time"},
        "conversation_id": {"type": ["string", "null"], "format": "uuid"},
        "actor": {"$ref": f"{SCHEMAS}Actor"},
        "data": data_of(shape),
    }
    return message(name, {"type": "object", "properties": envelope, "required": [*envelope]})


def data_of(shape: Shape) -> JSON:
    if isinstance(shape, str):
        return {"$ref": f"{SCHEMAS}{shape}"}
    required, _optional = parts(shape)
    properties = {
        key.removesuffix("?"): data_of(value) if isinstance(value, str) else value for key, value in shape.items()
    }
    return {"type": "object", "properties": properties, "required": sorted(required)}


def client_frame(name: str, fields: Mapping[str, type]) -> JSON:
    properties: JSON = {"type": {"const": name}, **{field: KINDS[kind] for field, kind in fields.items()}}
    ref = {"ref": {"type": "string", "description": "Comes back in the answer."}}
    return message(name, {"type": "object", "properties": {**properties, **ref}, "required": [*properties]})


def message(name: str, payload: JSON) -> JSON:
    return {"name": name, "payload": payload}


def operation(action: str, summary: str, messages: Mapping[str, JSON]) -> JSON:
    refs = [{"$ref": f"{CHANNEL}/messages/{name}"} for name in messages]
    return {"action": action, "channel": {"$ref": CHANNEL}, "summary": summary, "messages": refs}


def query() -> JSON:
    ticket = {"type": "string", "description": "Of POST /api/auth/ws-ticket: good once, for 30 s."}
    since = {"type": "integer", "description": "The last `seq` that you have."}
    return {"type": "object", "properties": {"ticket": ticket, "since": since}}


def objects(messages: Mapping[str, JSON]) -> JSON:
    """The components of the REST API that the frames lead to."""
    components = EnglishGenerator().get_schema(public=True)["components"]  # type: ignore[no-untyped-call]  # theirs
    return {name: components["schemas"][name] for name in sorted(referred(messages, components))}
