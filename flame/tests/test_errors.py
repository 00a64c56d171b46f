"""The one error shape, whoever refuses: a view, DRF, a middleware or Django itself."""

import json
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core.asgi import get_asgi_application
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.http import require_POST
from rest_framework import exceptions, serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from flame.lib.errors import Problem

RAISED = {
    "problem": Problem(
        409,
        "already_done",
        "Ya está hecho.",
        details=[{"field": "a", "code": "b", "message": "c"}],
        headers={"X-Why": "y"},
    ),
    "missing": Http404(),
    "forbidden": PermissionDenied(),
    "not_found": exceptions.NotFound("Página inválida."),
    "role": exceptions.PermissionDenied("Solo el dueño.", code="owner_only"),
    "suspicious": SuspiciousOperation("x"),
    "away": OperationalError("server closed the connection, password=hunter2"),
    "bug": ZeroDivisionError("secret detail"),
}


class Line(serializers.Serializer[Any]):
    quantity = serializers.IntegerField(min_value=1)


class Order(serializers.Serializer[Any]):
    name = serializers.CharField()
    lines = Line(many=True)

    def validate(self, attrs):
        if attrs["name"] == "no":
            raise serializers.ValidationError("Así no.", code="refused")
        return attrs


class Refusing(APIView):
    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        raise RAISED[request.query_params["how"]]

    def post(self, request: Request) -> Response:
        order = Order(data=request.data)
        order.is_valid(raise_exception=True)
        return Response(order.validated_data)


class Private(APIView):
    def get(self, request: Request) -> Response:
        return Response({"id": 1})


@require_POST
def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def buggy(request: HttpRequest) -> HttpResponse:
    raise RAISED["bug"]


urlpatterns = [
    path("api/refusing", Refusing.as_view()),
    path("api/private", Private.as_view()),
    path("api/plain", plain),
    path("api/buggy", buggy),
    path("page", plain),
]


@pytest.fixture(autouse=True)
def routes(settings):
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def client() -> APIClient:
    return APIClient(raise_request_exception=False)


def refusal(response, status):
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/json"
    body = json.loads(response.content)
    assert list(body) == ["error", "code", "details", "request_id"]
    assert body["request_id"] == response.headers["X-Request-ID"]
    assert "Content-Length" not in response.headers or int(response.headers["Content-Length"]) == len(response.content)
    return body


@pytest.mark.parametrize(
    ("how", "status", "code", "error"),
    [
        ("problem", 409, "already_done", "Ya está hecho."),
        ("missing", 404, "not_found", "Aquí no hay nada."),
        ("forbidden", 403, "permission_denied", "No puedes hacer esto."),
        ("not_found", 404, "not_found", "Página inválida."),
        ("role", 403, "owner_only", "Solo el dueño."),
        ("suspicious", 400, "bad_request", "No se entiende la solicitud."),
        ("away", 503, "unavailable", "Algo de lo que dependemos no responde; inténtalo en un momento."),
        ("bug", 500, "server_error", "Algo falló de nuestro lado."),
    ],
)
def test_every_exception_gets_the_shape_and_tells_nothing_more(client, how, status, code, error):
    response = client.get("/api/refusing", {"how": how})
    body = refusal(response, status)
    assert (body["code"], body["error"]) == (code, error)
    assert b"hunter2" not in response.content
    assert b"secret detail" not in response.content


def test_a_problem_keeps_its_details_and_headers(client):
    response = client.get("/api/refusing?how=problem")
    assert response.json()["details"] == [{"field": "a", "code": "b", "message": "c"}]
    assert response.headers["X-Why"] == "y"


def test_an_absent_database_says_when_to_come_back(client):
    assert client.get("/api/refusing?how=away").headers["Retry-After"] == "5"


def test_an_unknown_path_is_404_in_the_shape(client):
    assert refusal(client.get("/api/nowhere"), 404)["code"] == "not_found"
    assert refusal(client.get("/api"), 404)["code"] == "not_found"


def test_an_unknown_method_is_405_with_allow(client):
    response = client.put("/api/refusing", {})
    assert refusal(response, 405)["code"] == "method_not_allowed"
    assert response.headers["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_a_plain_view_is_shaped_like_an_api_view(client):
    response = client.get("/api/plain")
    assert refusal(response, 405)["code"] == "method_not_allowed"
    assert response.headers["Allow"] == "POST"
    assert refusal(client.get("/api/buggy"), 500)["code"] == "server_error"


def test_a_csrf_refusal_is_shaped():
    assert refusal(Client(enforce_csrf_checks=True).post("/api/plain"), 403)["code"] == "permission_denied"


@pytest.mark.parametrize("url", ["/api/private", "/nowhere", "/health/live"])
def test_a_foreign_host_is_shaped_and_is_no_error_of_ours(client, caplog, url):
    assert refusal(client.get(url, headers={"host": "evil.example"}), 400)["code"] == "bad_request"
    assert [each for each in caplog.records if each.levelname == "ERROR" or each.exc_info] == []


def test_only_a_browser_gets_a_page_and_never_from_the_api(client):
    browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for page in (client.get("/page"), client.get("/nowhere", headers=browser)):
        assert page.headers["Content-Type"] != "application/json"
    assert refusal(client.get("/nowhere"), 404)["code"] == "not_found"
    assert refusal(client.get("/api/nowhere", headers=browser), 404)["code"] == "not_found"


def test_no_token_is_401_with_the_mission_s_words(client):
    response = client.get("/api/private")
    body = refusal(response, 401)
    assert (body["error"], body["code"]) == ("Token de acceso requerido", "token_missing")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_english_is_answered_to_those_who_ask_for_it(client):
    english = client.get("/api/private", headers={"accept-language": "en-US,en;q=0.9"})
    other = client.get("/api/private", headers={"accept-language": "fr"})
    assert english.json()["error"] == "Access token required"
    assert other.json()["error"] == "Token de acceso requerido"
    assert client.get("/api/nowhere", headers={"accept-language": "en"}).json()["error"] == "There is nothing here."


def test_invalid_fields_are_named_by_their_path(client):
    body = refusal(client.post("/api/refusing", {"lines": [{"quantity": 2}, {"quantity": 0}, {}]}), 400)
    assert body["code"] == "validation_error"
    assert body["error"] == "Los datos enviados no son válidos."
    assert [(each["field"], each["code"]) for each in body["details"]] == [
        ("name", "required"),
        ("lines.1.quantity", "min_value"),
        ("lines.2.quantity", "required"),
    ]
    assert body["details"][0]["message"] == "Este campo es requerido."


def test_an_input_that_is_wrong_as_a_whole_has_no_field(client):
    body = refusal(client.post("/api/refusing", {"name": "no", "lines": []}), 400)
    assert body["details"] == [{"field": None, "code": "refused", "message": "Así no."}]
    assert refusal(client.post("/api/refusing", [1]), 400)["details"][0]["field"] is None


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff\xfe\xfa", b"[" * 100_000, b'{"name": NaN}', b'{"name": 1e999}', b'{"a":' * 40 + b"1" + b"}" * 40],
)
def test_a_body_that_is_no_json_is_400(client, body):
    response = client.generic("POST", "/api/refusing", body, content_type="application/json")
    assert refusal(response, 400)["code"] == "parse_error"


def test_nul_and_a_lone_surrogate_are_taken_out_of_json(client):
    body = b'{"name": "a\\u0000b\\ud83d", "lines": []}'
    response = client.generic("POST", "/api/refusing", body, content_type="application/json")
    assert response.json() == {"name": "ab\ufffd", "lines": []}


def test_another_content_type_is_415(client):
    response = client.generic("POST", "/api/refusing", b"name=x", content_type="application/x-www-form-urlencoded")
    assert refusal(response, 415)["code"] == "unsupported_media_type"


def test_a_body_over_the_limit_is_413(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    big = json.dumps({"name": "x" * 1000}).encode()
    response = client.generic("POST", "/api/refusing", big, content_type="application/json")
    assert refusal(response, 413)["code"] == "payload_too_large"


async def test_a_chunked_body_is_read_and_bounded(settings):
    body = b'{"name": "ok", "lines": []}'
    assert await chunked_post(body) == (200, b'{"name":"ok","lines":[]}')
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert (await chunked_post(body))[0] == 413


async def chunked_post(body: bytes) -> tuple[int, bytes]:
    """By ASGI, where a body may come without its length."""
    headers = [(b"host", b"testserver"), (b"content-type", b"application/json"), (b"transfer-encoding", b"chunked")]
    scope = {"type": "http", "method": "POST", "path": "/api/refusing", "query_string": b"", "headers": headers}
    server = ApplicationCommunicator(get_asgi_application(), scope)
    await server.send_input({"type": "http.request", "body": body})
    start, answer = await server.receive_output(), await server.receive_output()
    await server.wait()
    return start["status"], answer["body"]


@pytest.mark.parametrize("url", ["/api/private?search=%00", "/api/pri%00vate"])
def test_a_nul_in_the_address_is_400(client, url):
    assert refusal(client.get(url), 400)["code"] == "bad_request"


@pytest.mark.parametrize("url", ["/api/private", "/api/private/", "/api/private//"])
def test_a_trailing_slash_is_the_same_path(client, url):
    assert client.get(url).status_code == 401


def test_a_request_id_is_taken_over_when_it_is_harmless(client):
    assert client.get("/api/private", headers={"x-request-id": "abc-1.2_3"}).json()["request_id"] == "abc-1.2_3"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "<script>", "ñ"])
def test_any_other_request_id_is_replaced(client, given):
    made = refusal(client.get("/api/private", headers={"x-request-id": given}), 401)["request_id"]
    assert len(made) == 32
    assert made != given
