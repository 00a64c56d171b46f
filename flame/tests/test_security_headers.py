"""Every answer tells the browser what it may do with it, refusals, files and webhooks included."""

import re

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings as configured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from accounts.models import User
from flame.asgi import application
from flame.tests.shell import manage

POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
    "payment=(), usb=()",
}
INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)(?![^>]*application/json)|\sstyle=|\son[a-z]+=", re.IGNORECASE)


def directives(policy: str) -> set[str]:
    return set(policy.split("; "))


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/", 200),
        ("/health/live", 200),
        ("/reset-password", 400),
        ("/admin/", 302),
        ("/admin/login/", 200),
        ("/static/flame/start.css", 200),
        ("/static/none.css", 404),
        ("/nowhere", 404),
        ("/api/nowhere", 404),
        ("/api/auth/me", 401),
        ("/api/auth/login", 405),
        ("/api/auth/me?%00", 400),
        ("/api/schema", 200),
    ],
)
def test_every_answer_has_them(db, client, url, status):
    answer = client.get(url)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert directives(answer.headers["Content-Security-Policy"]) == directives(POLICY)


def buggy(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [path("buggy", buggy), path("", include("flame.urls"))]


@pytest.mark.urls(__name__)
def test_also_what_went_wrong(db, settings):
    client = Client(raise_request_exception=False)
    settings.RATE_LIMIT_ANONYMOUS = 0
    answers = [
        client.get("/buggy"),
        client.get("/", headers={"host": "evil.example"}),
        client.get("/api/auth/me"),
        client.post("/api/auth/login", "x" * 6_000_000, content_type="application/json"),
    ]
    assert [answer.status_code for answer in answers] == [500, 400, 429, 413]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert directives(answer.headers["Content-Security-Policy"]) == directives(POLICY)


@pytest.mark.parametrize(
    ("method", "name", "allowed"), [("PUT", "whatsapp", b"GET, POST"), ("GET", "telegram", b"POST")]
)
async def test_also_a_webhook_s(method, name, allowed):
    scope = {"type": "http", "method": method, "path": f"/api/webhooks/{name}", "query_string": b"", "headers": []}
    server = ApplicationCommunicator(application, scope)
    start = await server.receive_output()
    await server.receive_output()
    headers = dict(start["headers"])
    assert (start["status"], headers[b"x-content-type-options"], headers[b"allow"]) == (405, b"nosniff", allowed)


def test_http_is_sent_to_our_own_name_whatever_the_request_calls_us(settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_SSL_HOST = True, "flame.example"
    answer = Client().get("/admin/", headers={"host": "evil.example"})
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://flame.example/admin/")


@pytest.mark.parametrize(
    "url", ["/", "/reset-password", "/admin/", "/admin/accounts/user/", "/admin/accounts/user/add/", "/api/docs"]
)
def test_a_page_holds_nothing_that_the_policy_forbids(db, client, url):
    client.force_login(User.objects.create_superuser("staff@example.com", "staff-secret-1", name="Staff"))
    answer = client.get(url)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert INLINE.findall(answer.content.decode()) == []


def test_only_the_api_s_page_may_show_images_from_within_its_style_sheet(client):
    policies = {url: client.get(url).headers["Content-Security-Policy"] for url in ("/api/docs", "/api/docs?script=")}
    for policy in policies.values():
        assert directives(policy) - directives(POLICY) == {"img-src 'self' data:"}
    assert "img-src" not in POLICY


@pytest.mark.slow
def test_a_deployment_passes_django_s_own_inspection():
    report = manage(
        "check",
        "--deploy",
        "--fail-level=WARNING",
        FLAME_ENV="production",
        JWT_SECRET="a-secret-of-a-deployment-0123456789-a",
        JWT_REFRESH_SECRET="a-secret-of-a-deployment-0123456789-b",
        FIELD_KEYS="MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        PUBLIC_URL="https://flame.example",
        REDIS_URL="redis://127.0.0.1:6379/0",
        SMTP_HOST="smtp.example",
        DATABASE_URL=f"sqlite:///{configured.BASE_DIR}/never_opened.sqlite3",
    )
    assert (report.returncode, report.stderr) == (0, "")
    assert "no issues" in report.stdout
