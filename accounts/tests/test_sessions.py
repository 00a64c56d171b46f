"""Signing up, in, on and out over REST."""

import pytest
from django.contrib.auth.hashers import identify_hasher

from accounts import tickets, tokens
from accounts.models import RefreshFamily, User

NEW = {"email": "Dora@Example.com", "password": "lumbre-y-ceniza-9", "name": "Dora"}


def test_register_signs_up_and_in(api, db):
    response = api.post("/api/auth/register", NEW, headers={"accept-language": "en"})
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    user = User.objects.get()
    body = response.json()
    assert set(body) == {"access", "refresh", "expires_in", "user"}
    assert body["expires_in"] == 86_400
    assert tokens.user_of(body["access"]) == user
    assert (user.email, user.role, user.team_owner, user.language) == ("dora@example.com", "user", None, "en")
    assert body["user"]["id"] == body["user"]["account_id"] == str(user.id)


def test_register_never_takes_a_role(api, ana):
    grab = {"role": "admin", "is_active": False, "is_staff": True, "owner": str(ana.id), "team_owner_id": str(ana.id)}
    assert api.post("/api/auth/register", NEW | grab | {"team_owner": str(ana.id)}).status_code == 201
    user = User.objects.get(email="dora@example.com")
    assert (user.role, user.is_active, user.is_staff, user.team_owner) == ("user", True, False, None)


def test_passwords_are_kept_by_bcrypt(api, db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.BCryptSHA256PasswordHasher"]
    api.post("/api/auth/register", NEW)
    stored = User.objects.get().password
    assert identify_hasher(stored).algorithm == "bcrypt_sha256"
    assert NEW["password"] not in stored


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"email": "no address"}, "email", "invalid"),
        ({"email": None}, "email", "null"),
        ({"email": "a" * 250 + "@example.com"}, "email", "max_length"),
        ({"password": "short"}, "password", "password_too_short"),
        ({"password": "password123"}, "password", "password_too_common"),
        ({"password": "dora@example.com"}, "password", "password_too_similar"),
        ({"password": "x" * 129}, "password", "max_length"),
        ({"name": ""}, "name", "blank"),
        ({"name": "x" * 256}, "name", "max_length"),
        ({"timezone": "Mars/Base"}, "timezone", "unknown_timezone"),
        ({"timezone": "America"}, "timezone", "unknown_timezone"),
        ({"timezone": "../etc/passwd"}, "timezone", "unknown_timezone"),
        ({"language": "fr"}, "language", "invalid_choice"),
    ],
)
def test_register_names_what_is_wrong_and_creates_nobody(api, db, change, field, code):
    response = api.post("/api/auth/register", NEW | change)
    assert response.status_code == 400
    assert (field, code) in [(each["field"], each["code"]) for each in response.json()["details"]]
    assert not User.objects.exists()


def test_a_taken_address_is_refused_whatever_its_case(api, ana):
    response = api.post("/api/auth/register", NEW | {"email": "ANA@example.com"})
    assert response.status_code == 400
    assert [(each["field"], each["code"]) for each in response.json()["details"]] == [("email", "unique")]
    assert User.objects.count() == 1
    assert not RefreshFamily.objects.exists()


def test_asking_which_addresses_are_taken_is_limited(api, ana):
    taken = NEW | {"email": ana.email}
    assert [api.post("/api/auth/register", taken).status_code for _ in range(21)] == [400] * 20 + [429]
    free = api.post("/api/auth/register", NEW)
    assert (free.status_code, free.json()["code"]) == (429, "too_many_attempts")
    assert User.objects.get() == ana
    elsewhere = api.post("/api/auth/register", NEW, REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 201


def login(api, email="ana@example.com", password="ana-secret-1", **extra):
    return api.post("/api/auth/login", {"email": email, "password": password}, **extra)


def test_login_answers_tokens_and_the_user(api, ana):
    response = login(api, "ANA@example.com ")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    body = response.json()
    assert set(body) == {"access", "refresh", "expires_in", "user"}
    assert body["user"]["email"] == "ana@example.com"
    assert tokens.user_of(body["access"]) == ana
    ana.refresh_from_db()
    assert ana.last_login is not None


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(api, ana, carla):
    User.objects.filter(pk=carla.pk).update(is_active=False)
    wrong, unknown = login(api, password="nope"), login(api, "nobody@example.com")
    disabled = login(api, carla.email, "carla-secret-1")
    for response in (wrong, unknown, disabled):
        assert response.status_code == 401
        body = response.json() | {"request_id": ""}
        assert body == {
            "error": "El correo o la contraseña no son correctos.",
            "code": "invalid_credentials",
            "details": [],
            "request_id": "",
        }
    assert not RefreshFamily.objects.exists()


def test_an_unknown_address_costs_a_hash_too(api, ana, monkeypatch):
    hashed = []
    monkeypatch.setattr(
        "django.contrib.auth.hashers.MD5PasswordHasher.encode",
        lambda _hasher, password, _salt: hashed.append(password) or "md5$x$y",
    )
    login(api, "nobody@example.com", "guess")
    login(api, "ana@example.com", "guess")
    assert hashed == ["guess", "guess"]


def test_five_tries_per_account_and_address(api, ana, carla):
    assert [login(api, password="nope").status_code for _ in range(5)] == [401] * 5
    refused = login(api)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_attempts")
    assert 1 <= int(refused.headers["Retry-After"]) <= 900
    assert login(api, carla.email, "carla-secret-1").status_code == 200
    assert login(api, REMOTE_ADDR="198.51.100.7").status_code == 200


def test_guessing_at_an_unknown_address_is_limited_alike(api, db):
    assert [login(api, "nobody@example.com").status_code for _ in range(6)] == [401] * 5 + [429]


def test_a_right_password_begins_the_count_anew(api, ana):
    for _ in range(3):
        assert [login(api, password="nope").status_code for _ in range(4)] == [401] * 4
        assert login(api).status_code == 200


def test_refresh_rotates(api, ana):
    first = login(api).json()
    second = api.post("/api/auth/refresh", {"refresh": first["refresh"]})
    assert second.status_code == 200
    assert set(second.json()) == {"access", "refresh", "expires_in"}
    assert second.json()["refresh"] != first["refresh"]
    assert tokens.user_of(second.json()["access"]) == ana


@pytest.mark.parametrize("refresh", ["x", "a.b.c", "ñ"])
def test_a_bad_refresh_token_is_403(api, db, refresh):
    response = api.post("/api/auth/refresh", {"refresh": refresh})
    assert (response.status_code, response.json()["code"]) == (403, "token_invalid")


def test_an_old_access_token_in_the_header_does_not_stop_a_login(api, ana):
    api.credentials(HTTP_AUTHORIZATION="Bearer expired")
    assert login(api).status_code == 200


def test_logout_ends_the_sign_in(api, ana):
    body, other = login(api).json(), login(api).json()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {body['access']}")
    assert api.post("/api/auth/logout").status_code == 204
    assert api.get("/api/auth/me").status_code == 403
    assert api.post("/api/auth/refresh", {"refresh": body["refresh"]}).status_code == 403
    assert tokens.user_of(other["access"]) == ana


def test_a_ws_ticket_opens_once(signed_in, ana):
    response = signed_in(ana).post("/api/auth/ws-ticket")
    assert response.status_code == 200
    assert response.json()["expires_in"] == 30
    redeemed = tickets.redeem(response.json()["ticket"])
    assert redeemed is not None
    assert redeemed.user == ana


@pytest.mark.parametrize("path", ["logout", "ws-ticket"])
def test_without_a_token_there_is_nothing_to_end_or_open(api, db, path):
    assert api.post(f"/api/auth/{path}").json()["code"] == "token_missing"
