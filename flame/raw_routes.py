"""What is no API view and so describes itself nowhere else: health, and the webhooks that platforms call."""

from typing import Any

from integrations.fixtures import text_webhook
from integrations.registry import PLATFORMS
from integrations.webhooks import methods_of

Operation = dict[str, Any]

STORED = {"content": {"text/plain": {"schema": {"type": "string"}, "example": "OK"}}}
CHALLENGE = {"content": {"text/plain": {"schema": {"type": "string"}, "example": "1158201444"}}}
EVENTS: dict[str, Any] = {"type": "object", "additionalProperties": True}
REFUSED = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
ANY_OTHER = {"default": {"$ref": "#/components/responses/Error"}}
PROCESS: dict[str, Any] = {
    "timestamp": {"type": "string", "format": "date-time"},
    "uptime": {"type": "number", "description": "Seconds."},
    "memory": {"type": "object", "properties": {"rss": {"type": "integer"}}, "description": "Bytes."},
}
QUEUE: dict[str, Any] = {
    "type": ["object", "null"],
    "properties": {"dead": {"type": "integer"}, "stale": {"type": "integer"}},
    "description": "What waits for a person, and for a worker that does not come; null when nobody can know.",
}
SCHEMAS: dict[str, Any] = {
    "Liveness": {"type": "object", "properties": {"status": {"const": "OK"}, **PROCESS}},
    "Health": {
        "type": "object",
        "properties": {
            "status": {"$ref": "#/components/schemas/HealthStatusEnum"},
            **PROCESS,
            "database": {"$ref": "#/components/schemas/ReachableEnum"},
            "redis": {"$ref": "#/components/schemas/ReachableEnum"},
            "queue": QUEUE,
        },
    },
    "HealthStatusEnum": {"type": "string", "enum": ["OK", "degraded", "unavailable"]},
    "ReachableEnum": {"type": "string", "enum": ["ok", "unreachable", "not_configured"]},
}


def describe_raw_routes(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """A postprocessing hook of drf-spectacular."""
    result["components"]["schemas"] |= SCHEMAS
    result["paths"] |= {
        "/health": {"get": _health("health", "Whether this instance can be used", "Health", unusable="503")},
        "/health/live": {"get": _health("health_live", "Whether the process answers", "Liveness")},
        "/health/ready": {"get": _health("health_ready", "The same as /health", "Health", unusable="503")},
    }
    for name in sorted(PLATFORMS):
        described = {"GET": _handshake(name), "POST": _receive(name)}
        result["paths"][f"/api/webhooks/{name}"] = {each.lower(): described[each] for each in methods_of(name)}
    return result


def _health(name: str, summary: str, schema: str, unusable: str = "") -> Operation:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    answers: Operation = {"200": {"description": "It can.", "content": content}, **ANY_OTHER}
    if unusable:
        answers[unusable] = {"description": "Nothing can be stored.", "content": content}
    return {"operationId": name, "summary": summary, "tags": ["health"], "security": [{}], "responses": answers}


def _receive(name: str) -> Operation:
    return {
        "operationId": f"webhooks_{name}",
        "summary": "Take events in",
        "description": "In the platform's own format, signed over the raw bytes. 200 once all of it is stored.",
        "tags": ["webhooks"],
        "security": [{}],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": EVENTS, "example": text_webhook(name)}},
        },
        "responses": {
            "200": {"description": "Stored.", **STORED},
            "403": {"description": "The signature is missing or wrong; nothing is stored.", **REFUSED},
            "413": {"description": "Over 3 MB.", **REFUSED},
            "503": {"description": "Nothing could be stored; send it again.", **REFUSED},
            **ANY_OTHER,
        },
    }


def _handshake(name: str) -> Operation:
    query = [
        {"name": f"hub.{key}", "in": "query", "required": True, "schema": {"type": "string"}}
        for key in ("mode", "verify_token", "challenge")
    ]
    return {
        "operationId": f"webhooks_{name}_handshake",
        "summary": "Prove the address to Meta",
        "tags": ["webhooks"],
        "security": [{}],
        "parameters": query,
        "responses": {
            "200": {"description": "The challenge.", **CHALLENGE},
            "403": {"description": "Another verify token.", **REFUSED},
            **ANY_OTHER,
        },
    }
