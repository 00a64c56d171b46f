"""One id per request: taken from the caller or made here, on every answer and every log line."""

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from flame.lib import log_context

HEADER = "X-Request-ID"
# An id from outside ends up in logs and answers, so it is short and has no character that means something there.
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{1,64}")


def current() -> str:
    """The id of the request being served, or "" outside of any."""
    return log_context.current().request_id


def begin(given: str) -> str:
    """A request begins: with the caller's id, if it may be one."""
    request_id = given if _ACCEPTABLE.fullmatch(given) else uuid.uuid4().hex
    log_context.begin(request_id)
    return request_id


class RequestIdMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = begin(request.headers.get(HEADER, ""))
        response = self.get_response(request)
        response.headers[HEADER] = request_id
        return response
