"""API paths have no trailing slash. One with it is the same path, not a redirect: a redirected POST loses its body."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase


class TrailingSlashMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(("/api/", "/health/")):
            request.path_info = request.path_info.rstrip("/")
        return self.get_response(request)
