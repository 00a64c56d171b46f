"""Who is counted by what, exactly, and what the refused are told."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client, RequestFactory
from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import tokens
from flame.lib.addresses import client_network


class Open(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        return Response({})

    post = get


PATHS = ["api/things", "api/auth/login", "api/webhooks/whatsapp", "health", "health/live", "admin/login", "inbox"]
urlpatterns = [path(each, Open.as_view()) for each in PATHS]


@pytest.fixture(autouse=True)
def small_limits(settings):
    settings.ROOT_URLCONF = __name__
    settings.RATE_LIMIT_ANONYMOUS, settings.RATE_LIMIT_USER = 3, 5
    settings.RATE_LIMIT_WINDOW_SECONDS = 10**9  # a window that does not end while a test runs


def statuses(api, times, path="/api/things", **extra):
    return [api.get(path, **extra).status_code for _ in range(times)]


def test_an_address_without_a_token_is_refused_beyond_its_limit(api):
    assert statuses(api, 4) == [200, 200, 200, 429]
    assert statuses(api, 1, REMOTE_ADDR="198.51.100.7") == [200]


def test_the_refused_are_told_the_mission_s_words_and_when_to_come_back(api, settings):
    statuses(api, 3)
    response = api.get("/api/things")
    assert response.json()["error"] == "Demasiadas solicitudes desde esta IP"
    assert response.json()["code"] == "rate_limited"
    assert response.json()["request_id"] == response.headers["X-Request-ID"]
    end = 2 * settings.RATE_LIMIT_WINDOW_SECONDS
    assert response.headers["X-RateLimit-Reset"] == str(end)
    assert abs(int(response.headers["Retry-After"]) - (end - time.time())) < 2


def test_everyone_sees_what_is_left(api):
    seen = [api.get("/api/things").headers for _ in range(4)]
    assert [headers["X-RateLimit-Remaining"] for headers in seen] == ["2", "1", "0", "0"]
    assert {headers["X-RateLimit-Limit"] for headers in seen} == {"3"}


def test_a_user_is_counted_apart_from_their_address(signed_in, ana, carla):
    assert statuses(signed_in(ana), 6) == [200] * 5 + [429]
    assert statuses(signed_in(carla), 1) == [200]
    assert signed_in(ana).get("/api/things").json()["error"] == "Demasiadas solicitudes de este usuario"


def test_a_user_is_counted_once_whatever_their_token_and_address(signed_in, ana):
    assert statuses(signed_in(ana), 3) + statuses(signed_in(ana), 3, REMOTE_ADDR="198.51.100.7") == [200] * 5 + [429]


def test_a_forged_token_counts_as_none(api):
    api.credentials(HTTP_AUTHORIZATION="Bearer a.b.c")
    assert statuses(api, 4) == [200, 200, 200, 429]


def test_auth_is_counted_by_address_even_with_a_token(signed_in, ana):
    assert statuses(signed_in(ana), 4, "/api/auth/login") == [200, 200, 200, 429]


def test_the_admin_s_door_is_counted_too(api):
    assert statuses(api, 4, "/admin/login") == [200, 200, 200, 429]


@pytest.mark.parametrize("path", ["/api/webhooks/whatsapp", "/health", "/health/live", "/inbox"])
def test_webhooks_health_and_pages_are_not_counted(api, path):
    assert statuses(api, 6, path) == [200] * 6
    assert "X-RateLimit-Limit" not in api.get(path).headers


def test_strict_counts_everything_by_address(signed_in, ana, settings):
    settings.RATE_LIMIT_STRICT = True
    api = signed_in(ana)
    assert statuses(api, 2) + statuses(api, 2, "/inbox") == [200, 200, 200, 429]
    assert statuses(api, 6, "/api/webhooks/whatsapp") == [200] * 6


def test_the_count_is_taken_before_any_row_is_asked(signed_in, ana, django_assert_num_queries):
    api = signed_in(ana)
    with django_assert_num_queries(0):
        assert statuses(api, 6)[-1] == 429


def test_many_at_once_are_counted_exactly():
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _n: Client().get("/api/things").status_code, range(24)))
    assert sorted(seen) == [200] * 3 + [429] * 21


def test_without_redis_the_process_counts_alone(api, settings):
    away = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    settings.CACHES = {**settings.CACHES, "default": away}
    assert statuses(api, 4) == [200, 200, 200, 429]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "network"),
    [
        (0, "203.0.113.9", "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (2, "1.1.1.1, 203.0.113.9, 10.0.0.2", "10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (1, "", "10.0.0.1", "10.0.0.1"),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (0, "", "::ffff:198.51.100.7", "198.51.100.7"),
        (1, "[2001:db8::1]", "10.0.0.1", "2001:db8::/64"),
        (1, "nonsense", "10.0.0.1", "unknown"),
        (0, "", "", "unknown"),
    ],
)
def test_only_what_our_own_proxies_saw_is_believed(settings, proxies, forwarded, remote, network):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=remote, headers={"x-forwarded-for": forwarded})
    assert client_network(request) == network


def test_a_caller_cannot_leave_its_count_by_a_header(api, settings):
    settings.TRUSTED_PROXIES = 1
    seen = [api.get("/api/things", headers={"x-forwarded-for": f"10.1.1.{n}, 203.0.113.9"}) for n in range(4)]
    assert [response.status_code for response in seen] == [200, 200, 200, 429]


def test_refused_tokens_do_not_reach_the_rows(api, ana, settings):
    settings.RATE_LIMIT_USER = 0
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.issue(ana)['access']}")
    assert statuses(api, 1) == [429]
