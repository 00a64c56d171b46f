"""One id per request: taken from the caller or made here, on every answer and every log line."""

import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase

HEADER = "X-Request-ID"
# An id from outside ends up in logs and answers, so it is short and has no character that means something there.
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_KEPT = "flame.request_id"
_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The id of the request being served, or "" outside of any."""
    return _current.get()


class RequestIdMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "")
        request_id = given if _ACCEPTABLE.fullmatch(given) else uuid.uuid4().hex
        request.META[_KEPT] = request_id
        token = _current.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response.headers[HEADER] = request_id
        return response


class RequestIdFilter(logging.Filter):
    """Gives every record `request_id`, for the formatters."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Django logs a refusal when the request is through, and names it.
        request = getattr(record, "request", None)
        record.request_id = current() or (request.META.get(_KEPT, "") if isinstance(request, HttpRequest) else "")
        return True
