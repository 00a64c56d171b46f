"""How OpenAPI calls our authentication and the key of a POST; imported once the apps are ready."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from accounts.idempotency import UNSTORED

IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key and body within 24 hours get the stored answer; another body gets 422.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}


class TokenAuthenticationScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its hook has no types
    target_class = "accounts.authentication.TokenAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def describe_idempotency_keys(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """A postprocessing hook of drf-spectacular."""
    result["components"].setdefault("parameters", {})["IdempotencyKey"] = IDEMPOTENCY_KEY
    for path, methods in result["paths"].items():
        if "post" in methods and not path.startswith(UNSTORED):
            post = methods["post"]
            post["parameters"] = [*post.get("parameters", []), {"$ref": "#/components/parameters/IdempotencyKey"}]
    return result
