"""What no view ever gets: a body beyond DATA_UPLOAD_MAX_MEMORY_SIZE, a NUL in the address."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponseBase

from flame.lib.errors import by_status, problem_response


class RequestBoundsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return problem_response(by_status(400))  # PostgreSQL takes no NUL, not even to compare
        if _is_too_large(request):
            return problem_response(by_status(413))
        return self.get_response(request)


def _is_too_large(request: HttpRequest) -> bool:
    """DRF parses straight from the stream, where Django's own limit does not look, and takes no length for no body."""
    if request.META.get("HTTP_TRANSFER_ENCODING") and not request.META.get("CONTENT_LENGTH"):
        try:
            request.META["CONTENT_LENGTH"] = str(len(request.body))
        except RequestDataTooBig:
            return True
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdecimal() and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
