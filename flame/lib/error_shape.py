"""What Django itself refuses (no such path, wrong method, CSRF, a bad host, an exception) gets our shape."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from flame.lib.errors import by_status, problem_response

PREFIXES = ("/api/", "/health")


class ErrorShapeMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code < 400 or _is_a_page(request):  # noqa: PLR2004 - refusals begin here
            return response
        if not isinstance(response, HttpResponse) or response.headers.get("Content-Type") == "application/json":
            return response
        shaped = problem_response(by_status(response.status_code))
        # In place, because headers such as Allow and Retry-After are part of the answer.
        response.headers["Content-Type"] = shaped.headers["Content-Type"]
        response.headers["Content-Length"] = str(len(shaped.content))
        response.content = shaped.content
        return response


def _is_a_page(request: HttpRequest) -> bool:
    """Outside of the API, an address that exists answers for itself, and a browser gets a page."""
    inside = f"{request.path_info}/".startswith(PREFIXES)
    return not inside and (request.resolver_match is not None or "text/html" in request.headers.get("Accept", ""))
