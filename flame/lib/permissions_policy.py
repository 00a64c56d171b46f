"""Browser powers that no page of ours uses are switched off, in frames too."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

SWITCHED_OFF = ("accelerometer", "camera", "geolocation", "gyroscope", "magnetometer", "microphone", "payment", "usb")
POLICY = ", ".join(f"{power}=()" for power in SWITCHED_OFF)


class PermissionsPolicyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = POLICY
        return response
