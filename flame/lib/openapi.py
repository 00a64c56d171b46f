"""What holds for every operation is said once: how it refuses, and that a POST takes an Idempotency-Key."""

from typing import Any

ERROR = {"$ref": "#/components/responses/Error"}
DETAIL_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "field": {"type": ["string", "null"], "description": "A dotted path; null for the input as a whole."},
        "code": {"type": "string"},
        "message": {"type": "string"},
    },
    "required": ["field", "code", "message"],
}
ERROR_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "error": {"type": "string", "description": "A sentence for people, Spanish or English by Accept-Language."},
        "code": {"type": "string", "description": "For programs; never changes."},
        "details": {"type": "array", "items": {"$ref": "#/components/schemas/ErrorDetail"}},
        "request_id": {"type": "string", "description": "Also in the X-Request-ID header and in the logs."},
    },
    "required": ["error", "code", "details", "request_id"],
}
IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key and body within 24 hours get the stored answer; another body gets 422.",
    "schema": {"type": "string", "maxLength": 255},
}
METHODS = {"get", "put", "post", "patch", "delete"}


def describe_every_operation(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """A postprocessing hook of drf-spectacular."""
    components = result["components"]
    components["schemas"] |= {"Error": ERROR_SCHEMA, "ErrorDetail": DETAIL_SCHEMA}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    components.setdefault("responses", {})["Error"] = {"description": "Refused", "content": content}
    components.setdefault("parameters", {})["IdempotencyKey"] = IDEMPOTENCY_KEY
    for path, methods in result["paths"].items():
        for method in METHODS & methods.keys():
            _describe(path, method, methods[method])
    return result


def _describe(path: str, method: str, operation: dict[str, Any]) -> None:
    needs_token = any(operation.get("security", []))  # [{}] is how "none" is said
    refusals = {"429", "default"}
    refusals |= {"400"} if "requestBody" in operation or "parameters" in operation else set()
    refusals |= {"401", "403"} if needs_token else set()
    refusals |= {"404"} if "{" in path else set()
    operation["responses"] = {**dict.fromkeys(sorted(refusals), ERROR), **operation["responses"]}
    if method == "post" and needs_token:
        operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})
