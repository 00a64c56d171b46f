"""How many requests a caller may make in a window, counted before anything is asked of the database."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.authentication import bearer
from accounts.tokens import claimed_user_id
from flame.lib.addresses import client_network
from flame.lib.counting import Count, count
from flame.lib.errors import Problem, problem_response
from flame.lib.signed_links import has_good_signature

# Platforms sign what they send and must never be turned away; a health check never either; the sandbox is our own twin
# of the platforms and stands for many machines.
EXEMPT = ("/api/webhooks/", "/health/", "/sandbox/")
# Where secrets are tried, also by whoever has a token.
PER_ADDRESS = ("/api/auth/", "/admin/login/", "/reset-password/")


@dataclass(frozen=True)
class Limit:
    name: str
    allowed: int
    refusal: str | Promise


class RateLimitMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        limit = limit_of(request)
        if limit is None:
            return self.get_response(request)
        counted = count(limit.name, settings.RATE_LIMIT_WINDOW_SECONDS)
        refused = counted.value > limit.allowed
        response = problem_response(_refusal(limit, counted)) if refused else self.get_response(request)
        response.headers["X-RateLimit-Limit"] = str(limit.allowed)
        response.headers["X-RateLimit-Remaining"] = str(max(0, limit.allowed - counted.value))
        response.headers["X-RateLimit-Reset"] = str(counted.ends_at)
        return response


def limit_of(request: HttpRequest) -> Limit | None:
    """By what this request is counted, if at all."""
    path = f"{request.path_info}/"
    if path.startswith(EXEMPT):
        return None
    if settings.RATE_LIMIT_STRICT or path.startswith(PER_ADDRESS):
        return _per_address(request)
    if not path.startswith("/api/") or has_good_signature(request):
        return None  # a link was counted when it was given out, and whoever shows a thread opens many at once
    token = bearer(request.headers.get("Authorization", ""))
    user_id = claimed_user_id(token) if token else None
    return _per_user(user_id) if user_id else _per_address(request)


def _per_address(request: HttpRequest) -> Limit:
    name = f"address:{client_network(request)}"
    return Limit(name, settings.RATE_LIMIT_ANONYMOUS, _("Too many requests from this IP"))


def _per_user(user_id: str) -> Limit:
    return Limit(f"user:{user_id}", settings.RATE_LIMIT_USER, _("Too many requests from this user"))


def _refusal(limit: Limit, counted: Count) -> Problem:
    return Problem(429, "rate_limited", limit.refusal, headers={"Retry-After": str(counted.seconds_left)})
