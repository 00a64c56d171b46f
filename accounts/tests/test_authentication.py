import pytest
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import tokens
from flame.lib import log_context


class WhoAmI(APIView):
    def get(self, request: Request) -> Response:
        return Response({"id": str(request.user.pk), "family": str(request.auth)})


urlpatterns = [path("api/whoami", WhoAmI.as_view())]


@pytest.fixture(autouse=True)
def routes(settings):
    settings.ROOT_URLCONF = __name__


def ask(api, header):
    return api.get("/api/whoami", headers={"authorization": header} if header is not None else {})


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_a_good_token_opens(api, ana, scheme):
    access = tokens.issue(ana)["access"]
    assert ask(api, f"{scheme} {access}").json() == {
        "id": str(ana.id),
        "family": str(tokens.sign_in_of(access).family_id),
    }


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic YTpi", "abc"])
def test_no_token_is_401(api, db, header):
    response = ask(api, header)
    assert response.status_code == 401
    assert response.json()["error"] == "Token de acceso requerido"
    assert response.json()["code"] == "token_missing"


@pytest.mark.parametrize("header", ["Bearer x", "Bearer a.b.c", "Bearer a b", "Bearer ñ"])
def test_a_bad_token_is_403(api, db, header):
    response = ask(api, header)
    assert response.status_code == 403
    assert response.json()["error"] == "Token inválido"
    assert response.json()["code"] == "token_invalid"


def test_an_expired_token_is_403_and_says_so(api, ana, monkeypatch):
    monkeypatch.setattr(tokens.AccessToken, "lifetime", -tokens.AccessToken.lifetime)
    response = ask(api, f"Bearer {tokens.issue(ana)['access']}")
    assert (response.status_code, response.json()["code"]) == (403, "token_expired")
    assert response.json()["error"] == "Token inválido"


def test_a_token_of_a_deleted_user_is_403(api, carla):
    access = tokens.issue(carla)["access"]
    carla.delete()
    assert ask(api, f"Bearer {access}").status_code == 403


def test_the_log_names_who_asks_and_nobody_else(api, ana):
    ask(api, f"Bearer {tokens.issue(ana)['access']}")
    assert log_context.current().user == str(ana.id)
    ask(api, None)
    assert log_context.current().user == ""


def test_the_log_names_who_has_a_session(client, ana, settings):
    settings.ROOT_URLCONF = "flame.urls"
    client.force_login(ana)
    assert client.get("/admin/").status_code == 302
    assert log_context.current().user == str(ana.id)
