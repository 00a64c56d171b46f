"""A POST under an Idempotency-Key is done once, whatever the network does to its answer."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from accounts import tokens
from accounts.models import IdempotencyKey
from flame.lib.errors import Problem

done: list[str] = []
entered, may_go_on = threading.Event(), threading.Event()


class Doing(APIView):
    parser_classes = (JSONParser, MultiPartParser)

    def post(self, request: Request) -> Response | HttpResponse:
        what = str(cast("dict[str, Any]", request.data)["what"])
        done.append(what)
        if what == "refuse":
            raise Problem(409, "refused", "No.")
        if what == "break":
            raise ZeroDivisionError
        if what == "wait":
            entered.set()
            may_go_on.wait(10)
        if what == "bytes":
            return HttpResponse(b"\x00\xff", content_type="application/octet-stream")
        return Response({"number": len(done), "text": "ñandú"}, status=201)


urlpatterns = [path("api/doing", Doing.as_view()), path("api/other", Doing.as_view()), path("page", Doing.as_view())]


@pytest.fixture(autouse=True)
def nothing_done(settings):
    settings.ROOT_URLCONF = __name__
    done.clear()
    entered.clear()
    may_go_on.clear()


def client(user):
    made = APIClient(raise_request_exception=False)
    made.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.issue(user)['access']}")
    return made


def do(api, what="a", key="k-1", url="/api/doing", **extra):
    return api.post(url, {"what": what}, headers={"idempotency-key": key}, **extra)


def test_the_same_request_gets_the_stored_answer_and_is_not_done_again(ana):
    first, second = do(client(ana)), do(client(ana))
    assert done == ["a"]
    assert (second.status_code, second.content) == (201, first.content)
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["X-Request-ID"] != first.headers["X-Request-ID"]


def test_without_a_key_each_request_is_done(ana):
    api = client(ana)
    assert [api.post("/api/doing", {"what": "a"}).status_code for _ in range(2)] == [201, 201]
    assert done == ["a", "a"]
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize(("what", "url"), [("b", "/api/doing"), ("a", "/api/other"), ("a", "/api/doing?x=1")])
def test_another_request_under_the_same_key_is_422_and_not_done(ana, what, url):
    api = client(ana)
    do(api)
    response = do(api, what, url=url)
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
    assert done == ["a"]


def test_keys_of_two_users_do_not_meet(ana, bruno):
    do(client(ana), "a")
    assert do(client(bruno), "b").status_code == 201
    assert done == ["a", "b"]


def test_a_refusal_is_stored_too(ana):
    first, second = (do(client(ana), "refuse") for _ in range(2))
    assert (first.status_code, second.status_code) == (409, 409)
    assert second.content == first.content
    assert done == ["refuse"]


def test_a_server_error_is_not_stored(ana):
    assert [do(client(ana), "break").status_code for _ in range(2)] == [500, 500]
    assert done == ["break", "break"]
    assert not IdempotencyKey.objects.exists()


def test_an_answer_of_bytes_is_given_again_as_it_was(ana):
    assert [do(client(ana), "bytes").content for _ in range(2)] == [b"\x00\xff"] * 2
    assert done == ["bytes"]


def test_an_answer_is_encrypted_at_rest(ana):
    do(client(ana))
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM idempotency_keys")
        (stored,) = cursor.fetchone()
    assert "number" not in str(stored)


def test_a_multipart_boundary_is_no_difference(ana):
    def send(boundary, text):
        body = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="what"\r\n\r\n{text}\r\n--{boundary}--\r\n'
        ).encode()
        content_type = f"multipart/form-data; boundary={boundary}"
        headers = {"idempotency-key": "k"}
        return client(ana).generic("POST", "/api/doing", body, content_type=content_type, headers=headers).status_code

    assert [send("one", "a"), send("two", "a"), send("three", "b")] == [201, 201, 422]
    assert done == ["a"]


def test_an_upload_still_reaches_the_view(ana):
    file = SimpleUploadedFile("a.txt", b"x" * 100)
    response = client(ana).post(
        "/api/doing", {"what": "a", "file": file}, format="multipart", headers={"idempotency-key": "k"}
    )
    assert (response.status_code, done) == (201, ["a"])


@pytest.mark.parametrize("key", ["", " ", "a b", "ñ", "x" * 256])
def test_a_malformed_key_is_400_and_nothing_is_done(ana, key):
    response = do(client(ana), key=key)
    assert (response.status_code, response.json()["code"]) == (400, "idempotency_key_invalid")
    assert done == []


def test_without_a_user_there_is_no_key(api, db):
    assert do(api).status_code == 401
    assert not IdempotencyKey.objects.exists()


def test_answers_with_tokens_are_never_stored(ana, settings):
    settings.ROOT_URLCONF = "flame.urls"
    api = client(ana)
    tickets = {do(api, url="/api/auth/ws-ticket").json()["ticket"] for _ in range(2)}
    assert len(tickets) == 2
    assert not IdempotencyKey.objects.exists()


def test_after_a_day_a_key_is_free(ana):
    do(client(ana))
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert do(client(ana), "b").status_code == 201
    assert done == ["a", "b"]
    assert do(client(ana), "b").headers["Idempotency-Replayed"] == "true"


def test_a_key_that_a_killed_process_left_is_taken_over_when_its_lease_ends(ana):
    do(client(ana))
    IdempotencyKey.objects.update(status_code=None, content=None)
    assert do(client(ana)).status_code == 409
    IdempotencyKey.objects.update(leased_until=timezone.now())
    assert do(client(ana)).status_code == 201
    assert done == ["a", "a"]


@pytest.mark.django_db(transaction=True)
def test_while_the_first_runs_the_second_is_409(ana):
    def run():
        try:
            return do(client(ana), "wait")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(run)
        assert entered.wait(10)
        second = do(client(ana), "wait")
        may_go_on.set()
    assert first.result().status_code == 201
    assert (second.status_code, second.json()["code"]) == (409, "idempotency_in_progress")
    assert second.headers["Retry-After"] == "1"
    assert done == ["wait"]
    assert do(client(ana), "wait").headers["Idempotency-Replayed"] == "true"


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_done(ana):
    access = tokens.issue(ana)["access"]

    def run(_number):
        api = APIClient()
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
        try:
            return do(api).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(run, range(16))) <= {201, 409}
    assert done == ["a"]
