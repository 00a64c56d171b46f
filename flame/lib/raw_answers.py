"""Answers of raw ASGI callables, for which no middleware does it: the request's id, and the one shape of a refusal."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import Promise

from flame.lib import request_id
from flame.lib.errors import Problem, by_status, problem_response

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Refused(Exception):
    """In its own words, or in those of its status."""

    def __init__(
        self, status: int, code: str = "", message: str | Promise = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code or str(status))
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


def headers_of(scope: Scope) -> dict[str, str]:
    """By lower-case names."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def refusal(headers: Mapping[str, str], refused: Refused) -> HttpResponse:
    """In the language of the request."""
    asked = HttpRequest()
    asked.META["HTTP_ACCEPT_LANGUAGE"] = headers.get("accept-language", "")
    with translation.override(translation.get_language_from_request(asked)):
        own = Problem(refused.status, refused.code, refused.message) if refused.code else by_status(refused.status)
        own.headers.update(refused.headers)
        return problem_response(own)


async def answer(scope: Scope, send: Send, response: HttpResponse) -> None:
    told = {**response.headers, "Content-Length": str(len(response.content)), "X-Content-Type-Options": "nosniff"}
    told[request_id.HEADER] = request_id.current()
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in told.items()]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else response.content})
