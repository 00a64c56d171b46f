"""The one shape of every refusal: `{"error", "code", "details": [{"field", "code", "message"}], "request_id"}`.

`error` is a sentence for people in the caller's language, `code` is for programs and never changes, `details` says
which field of the input is wrong (`field` is a dotted path, null when it is the input as a whole).
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypedDict

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from redis.exceptions import RedisError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from flame.lib import request_id

logger = logging.getLogger(__name__)


class Detail(TypedDict):
    field: str | None
    code: str
    message: str


class Problem(exceptions.APIException):
    """A refusal with its status, its stable code and its sentence, raised from anywhere below a view."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str | Promise,
        *,
        details: Sequence[Detail] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(str(message), code)
        self.status_code = status
        self.code = code
        self.details = list(details)
        self.headers = dict(headers or {})


# What a refusal says when whoever made it (Django, a middleware, a view that is no API view) had no words for us.
BY_STATUS: dict[int, tuple[str, str | Promise]] = {
    400: ("bad_request", gettext_lazy("The request cannot be read.")),
    401: ("token_missing", gettext_lazy("Access token required")),
    403: ("permission_denied", gettext_lazy("You may not do this.")),
    404: ("not_found", gettext_lazy("There is nothing here.")),
    405: ("method_not_allowed", gettext_lazy("This method is not allowed here.")),
    406: ("not_acceptable", gettext_lazy("Only JSON is answered here.")),
    413: ("payload_too_large", gettext_lazy("The request is too large.")),
    415: ("unsupported_media_type", gettext_lazy("This type of content is not taken here.")),
    429: ("too_many_requests", gettext_lazy("Too many requests; try again later.")),
    500: ("server_error", gettext_lazy("Something went wrong on our side.")),
    503: ("unavailable", gettext_lazy("Something we depend on is away; try again shortly.")),
}


_OWN_WORDS = (exceptions.ParseError, exceptions.PermissionDenied, exceptions.NotFound)


def error_body(code: str, message: str | Promise, details: Sequence[Detail] = ()) -> dict[str, Any]:
    return {"error": str(message), "code": code, "details": list(details), "request_id": request_id.current()}


def by_status(status: int) -> Problem:
    """The refusal that a bare status stands for."""
    fallback = 400 if status < 500 else 500  # noqa: PLR2004 - the two classes of refusal
    known = status if status in BY_STATUS else fallback
    return Problem(status, *BY_STATUS[known])


def problem_response(problem: Problem) -> JsonResponse:
    """For code outside of API views: middleware and plain views."""
    body = error_body(problem.code, str(problem.detail), problem.details)
    return JsonResponse(
        body,
        status=problem.status_code,
        headers=problem.headers,
        json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
    )


def exception_handler(error: Exception, _context: dict[str, Any]) -> Response | None:
    """DRF's hook. None leaves what nobody foresaw to Django, which logs it and answers 500."""
    problem = error if isinstance(error, Problem) else _problem_of_api(error) or _problem_of_django(error)
    if problem is None:
        return None
    if auth_header := getattr(error, "auth_header", None):
        problem.headers["WWW-Authenticate"] = auth_header
    body = error_body(problem.code, str(problem.detail), problem.details)
    return Response(body, status=problem.status_code, headers=problem.headers)


def _problem_of_api(error: Exception) -> Problem | None:
    if isinstance(error, exceptions.ValidationError):
        message = _("The data sent is not valid.")
        return Problem(400, "validation_error", message, details=list(_flatten(error.detail)))
    if isinstance(error, _OWN_WORDS) and isinstance(error.detail, exceptions.ErrorDetail):
        return Problem(error.status_code, error.detail.code or error.default_code, error.detail)
    return by_status(error.status_code) if isinstance(error, exceptions.APIException) else None


def _problem_of_django(error: Exception) -> Problem | None:
    if isinstance(error, Http404):
        return by_status(404)
    if isinstance(error, PermissionDenied):
        return by_status(403)
    if isinstance(error, (OperationalError, InterfaceError, RedisError)):
        logger.error("A database or Redis is away", exc_info=error)
        return Problem(503, *BY_STATUS[503], headers={"Retry-After": "5"})
    return None


def _flatten(detail: Any, path: str = "") -> Iterator[Detail]:
    """DRF's nested lists and dicts of errors, one entry per message."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            whole = key == api_settings.NON_FIELD_ERRORS_KEY
            yield from _flatten(value, path if whole else f"{path}.{key}".lstrip("."))
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            yield from _flatten(value, path if isinstance(value, str) else f"{path}.{index}".lstrip("."))
    else:
        code = getattr(detail, "code", None) or "invalid"
        # Django REST Framework says this one in English to everybody.
        message = _("Nothing was sent.") if code == "null" and not path else str(detail)
        yield {"field": path or None, "code": code, "message": message}
