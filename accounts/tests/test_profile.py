import re

import pytest

from accounts import tokens
from accounts.api.serializers import UserSerializer
from accounts.models import User


def test_me_shows_the_mission_s_columns_without_the_hash(signed_in, bruno, ana):
    body = signed_in(bruno).get("/api/auth/me").json()
    assert set(body) == set(UserSerializer().fields)
    assert not [key for key in body if "password" in key]
    assert (body["id"], body["role"], body["language"]) == (str(bruno.id), "agent", "es")
    assert body["account_id"] == body["team_owner_id"] == str(ana.id)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", body["created_at"])


def test_an_owner_is_their_own_account(signed_in, ana):
    body = signed_in(ana).get("/api/auth/me").json()
    assert (body["account_id"], body["team_owner_id"]) == (str(ana.id), None)


@pytest.mark.parametrize("method", ["put", "patch"])
def test_absent_fields_are_kept(signed_in, ana, method):
    response = getattr(signed_in(ana), method)("/api/auth/profile", {"timezone": "Europe/Madrid"})
    assert response.status_code == 200
    ana.refresh_from_db()
    assert (ana.name, ana.timezone, ana.email) == ("Ana", "Europe/Madrid", "ana@example.com")
    assert response.json()["timezone"] == "Europe/Madrid"


def test_role_activity_and_owner_are_never_written(signed_in, bruno, ana, carla):
    grab = {"role": "admin", "is_active": False, "is_staff": True, "id": str(carla.id), "password_hash": "x"}
    grab |= {"owner": str(carla.id), "team_owner": None, "team_owner_id": None, "account_id": str(carla.id)}
    assert signed_in(bruno).put("/api/auth/profile", grab | {"name": "B"}).status_code == 200
    user = User.objects.get(pk=bruno.pk)
    assert (user.name, user.role, user.is_active, user.team_owner) == ("B", "agent", True, ana)
    assert user.check_password("bruno-secret-1")


@pytest.mark.parametrize(
    "change",
    [{"avatar_url": "javascript:alert(1)"}, {"avatar_url": "x"}, {"name": ""}, {"timezone": "x"}, {"language": "de"}],
)
def test_what_is_invalid_changes_nothing(signed_in, ana, change):
    assert signed_in(ana).put("/api/auth/profile", change).status_code == 400
    kept = User.objects.values("name", "avatar_url", "timezone", "language", "updated_at")
    assert kept.get() == {key: getattr(ana, key) for key in kept.get()}


def test_the_whole_profile_sent_back_asks_for_no_password(signed_in, ana):
    client = signed_in(ana)
    shown = client.get("/api/auth/me").json()
    answer = client.put("/api/auth/profile", shown | {"name": "Anita", "email": "ANA@example.com"})
    assert (answer.status_code, answer.json()["name"], answer.json()["email"]) == (200, "Anita", "ana@example.com")


def test_an_avatar_can_be_taken_away(signed_in, ana):
    client = signed_in(ana)
    assert client.put("/api/auth/profile", {"avatar_url": "https://a.example/x.png"}).json()["avatar_url"]
    assert client.put("/api/auth/profile", {"avatar_url": ""}).json()["avatar_url"] is None


def test_a_new_password_ends_every_sign_in(signed_in, ana):
    other = tokens.issue(ana)
    client = signed_in(ana)
    change = {"password": "lumbre-y-ceniza-9", "current_password": "ana-secret-1"}
    assert client.put("/api/auth/profile", change).status_code == 200
    assert client.get("/api/auth/me").status_code == 403
    with pytest.raises(tokens.TokenError):
        tokens.rotate(other["refresh"])
    assert User.objects.get().check_password("lumbre-y-ceniza-9")


@pytest.mark.parametrize(
    "change",
    [
        {"password": "lumbre-y-ceniza-9"},
        {"password": "lumbre-y-ceniza-9", "current_password": "nope"},
        {"email": "new@example.com"},
        {"email": "new@example.com", "current_password": "nope"},
    ],
)
def test_a_new_password_or_address_asks_for_the_current_password(signed_in, ana, change):
    response = signed_in(ana).put("/api/auth/profile", change)
    assert (response.status_code, response.json()["code"]) == (400, "wrong_password")
    kept = User.objects.get()
    assert kept.email == "ana@example.com"
    assert kept.check_password("ana-secret-1")


def test_the_current_password_cannot_be_guessed_at(signed_in, ana):
    client = signed_in(ana)
    change = {"email": "new@example.com", "current_password": "nope"}
    codes = [client.put("/api/auth/profile", change).status_code for _ in range(6)]
    assert codes == [400] * 5 + [429]


def test_a_weak_new_password_is_refused(signed_in, ana):
    change = {"password": "12345678", "current_password": "ana-secret-1"}
    response = signed_in(ana).put("/api/auth/profile", change)
    assert response.status_code == 400
    assert response.json()["details"][0]["field"] == "password"
    assert User.objects.get().check_password("ana-secret-1")


def test_an_address_can_change_but_not_to_a_taken_one(signed_in, ana, carla):
    client = signed_in(ana)
    change = {"email": "New@example.com", "current_password": "ana-secret-1"}
    assert client.put("/api/auth/profile", change).json()["email"] == "new@example.com"
    taken = client.put("/api/auth/profile", change | {"email": carla.email})
    assert (taken.status_code, taken.json()["details"][0]["code"]) == (400, "unique")
    assert User.objects.get(pk=ana.pk).email == "new@example.com"


def test_asking_by_one_s_own_address_which_are_taken_is_limited(signed_in, ana, carla):
    client = signed_in(ana)
    change = {"email": carla.email, "current_password": "ana-secret-1"}
    assert [client.put("/api/auth/profile", change).status_code for _ in range(21)] == [400] * 20 + [429]
    assert client.put("/api/auth/profile", change | {"email": "free@example.com"}).status_code == 429
    assert User.objects.get(pk=ana.pk).email == "ana@example.com"
    assert client.put("/api/auth/profile", {"name": "Anita"}).status_code == 200
