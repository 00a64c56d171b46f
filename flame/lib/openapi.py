"""What holds for every operation is said once: how it refuses, how it is named, and that an answer is complete."""

import json
from typing import Any

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import OpenApiResponse

ERROR = "#/components/responses/Error"
"""What any refusal refers to; with a status behind it, that one's."""
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
EVERYWHERE = {
    "400": "The data is not valid, or cannot be read",
    "401": "There is no token",
    "403": "The token is not valid any more, or its user may not do this",
    "404": "There is none in this account",
    "429": "Too many requests; `Retry-After` says how long to wait",
}
NOT_MODIFIED = {"description": "As the caller has it: the ETag is one of If-None-Match."}
METHODS = {"get", "put", "post", "patch", "delete"}
SCHEMAS = "#/components/schemas/"


def refused(description: str) -> OpenApiResponse:
    """A refusal that one operation has words for, among its `responses`."""
    return OpenApiResponse({"$ref": f"{SCHEMAS}Error"}, description)


class EnglishGenerator(SchemaGenerator):
    """The description is one text, whoever asks for it; only what people read follows Accept-Language."""

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        with translation.override("en"):
            schema: dict[str, Any] = super().get_schema(request, public)  # type: ignore[no-untyped-call]  # theirs
            return schema


def name_commands(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """A POST to what is no collection creates nothing: `auth_login`, not `auth_login_create`. PATCH is PUT."""
    for methods in result["paths"].values():
        if "post" in methods and "get" not in methods:
            methods["post"]["operationId"] = methods["post"]["operationId"].removesuffix("_create")
        if "put" in methods and "patch" in methods:
            methods["patch"] = {**methods["put"], "operationId": methods["patch"]["operationId"]}
    return result


def describe_every_operation(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    components = result["components"]
    components["schemas"] |= {"Error": ERROR_SCHEMA, "ErrorDetail": DETAIL_SCHEMA}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    answers = components.setdefault("responses", {})
    for status in ("", *EVERYWHERE):
        answers[f"Error{status}"] = {"description": EVERYWHERE.get(status, "Refused"), "content": {**content}}
    for path, methods in result["paths"].items():
        for method in METHODS & methods.keys():
            _describe(path, methods[method])
    return result


def _describe(path: str, operation: dict[str, Any]) -> None:
    needs_token = any(operation.get("security", []))  # [{}] is how "none" is said
    parameters = operation.get("parameters", [])
    refusals = {"429", "default"}
    refusals |= {"400"} if "requestBody" in operation or parameters else set()
    refusals |= {"401", "403"} if needs_token else set()
    refusals |= {"404"} if "{" in path else set()
    answers = dict(operation["responses"])
    if any(parameter.get("name") == "If-None-Match" for parameter in parameters):
        answers["304"] = NOT_MODIFIED
    answers |= {each: {"$ref": f"{ERROR}{each.removeprefix('default')}"} for each in refusals - answers.keys()}
    operation["responses"] = dict(sorted(answers.items()))


def complete_every_answer(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """An answer leaves no property out, so a client need not ask whether it is there. What nobody refers to goes."""
    schemas = result["components"]["schemas"]
    for name in schemas.keys() - referred([result["paths"], result["components"]["responses"]], result["components"]):
        del schemas[name]
    for name, schema in schemas.items():
        if "properties" in schema and not name.endswith("Request"):
            schema["required"] = sorted(schema["properties"])
            schema["properties"] = {key: _answered(field) for key, field in schema["properties"].items()}
    return result


def _answered(field: dict[str, Any]) -> dict[str, Any]:
    """Without `readOnly`: an answer and a body are two components, so the word would only say so again."""
    field = {key: value for key, value in field.items() if key != "readOnly"}
    return field["allOf"][0] if field.keys() == {"allOf"} and len(field["allOf"]) == 1 else field


def tell_defaults(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """In words: a generator of clients takes the default of a body's property for a promise that it is there."""
    for name, schema in result["components"]["schemas"].items():
        for field in schema.get("properties", {}).values() if name.endswith("Request") else ():
            if "default" in field:
                words = (field.get("description", ""), f"Left out: {json.dumps(field.pop('default'))}.")
                field["description"] = " ".join(filter(None, words))
    return result


def referred(root: Any, components: dict[str, Any]) -> set[str]:
    """The names of the schemas that a part of a description leads to."""
    found: set[str] = set()
    waiting: list[Any] = [root]
    while waiting:
        node = waiting.pop()
        name = str(node.get("$ref", "")).removeprefix(SCHEMAS) if isinstance(node, dict) else ""
        if name in components["schemas"] and name not in found:
            found.add(name)
            waiting.append(components["schemas"][name])
        if isinstance(node, (dict, list)):
            waiting += node.values() if isinstance(node, dict) else node
    return found
