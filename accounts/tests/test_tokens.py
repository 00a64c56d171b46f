"""Tokens: what they carry, when they end, and who wins a race for the next one."""

import hashlib
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import jwt
import pytest
from django.db import connection
from django.utils import timezone
from jwt.api_jws import PyJWS

from accounts import tokens
from accounts.models import RefreshFamily, User


def claims(token, secret, **options):
    return jwt.decode(token, secret, algorithms=["HS256"], **options)


def refused(call, *args):
    with pytest.raises(tokens.TokenError) as caught:
        call(*args)
    return caught.value.code


def signed(settings, **changes):
    now = int(time.time())
    payload = {"userId": str(uuid.uuid4()), "email": "a@b.c", "role": "user", "iat": now, "exp": now + 60, "jti": "x"}
    payload |= {"token_type": "access", "family": str(uuid.uuid4())}
    payload |= changes
    return jwt.encode({key: value for key, value in payload.items() if value is not ...}, settings.JWT_SECRET, "HS256")


def test_the_payload_is_the_mission_s(ana, settings):
    issued = tokens.issue(ana)
    access = claims(issued["access"], settings.JWT_SECRET)
    refresh = claims(issued["refresh"], settings.JWT_REFRESH_SECRET)
    assert set(access) == {"userId", "email", "role", "iat", "exp", "jti", "token_type", "family"}
    assert (access["userId"], access["email"], access["role"]) == (str(ana.id), "ana@example.com", "user")
    assert (access["token_type"], refresh["token_type"]) == ("access", "refresh")
    assert access["exp"] - access["iat"] == 24 * 3600 == issued["expires_in"]
    assert refresh["exp"] - refresh["iat"] == 7 * 24 * 3600
    assert access["family"] == refresh["family"] == str(RefreshFamily.objects.get().id)


def test_an_access_token_opens_its_user_with_one_query(ana, django_assert_num_queries):
    access = tokens.issue(ana)["access"]
    with django_assert_num_queries(1):
        assert tokens.user_of(access) == ana


def test_no_token_is_stored(ana):
    issued = tokens.issue(ana)
    issued |= tokens.rotate(issued["refresh"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM refresh_families")
        stored = repr(cursor.fetchall())
    jti = jwt.decode(issued["refresh"], options={"verify_signature": False})["jti"]
    assert hashlib.sha256(jti.encode()).hexdigest() in stored
    assert jti not in stored
    assert issued["refresh"] not in stored


def test_the_two_kinds_do_not_open_each_other_s_doors(ana):
    issued = tokens.issue(ana)
    assert refused(tokens.user_of, issued["refresh"]) == "token_invalid"
    assert refused(tokens.rotate, issued["access"]) == "token_invalid"


def test_a_deleted_or_disabled_user_has_no_tokens(ana, carla):
    access, other = tokens.issue(ana)["access"], tokens.issue(carla)
    User.objects.filter(pk=carla.pk).update(is_active=False)
    ana.delete()
    assert refused(tokens.user_of, access) == "token_invalid"
    assert refused(tokens.user_of, other["access"]) == "token_invalid"
    assert refused(tokens.rotate, other["refresh"]) == "token_invalid"


def test_with_its_owner_a_whole_account_is_closed(api, ana, bruno):
    issued, credentials = tokens.issue(bruno), {"email": bruno.email, "password": "bruno-secret-1"}
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert refused(tokens.user_of, issued["access"]) == "token_invalid"
    assert refused(tokens.rotate, issued["refresh"]) == "token_invalid"
    assert api.post("/api/auth/login", credentials).status_code == 401
    User.objects.filter(pk=ana.pk).update(is_active=True)
    assert tokens.user_of(issued["access"]) == bruno
    assert api.post("/api/auth/login", credentials).status_code == 200


def test_a_changed_password_ends_every_sign_in_at_once(ana):
    first, second = tokens.issue(ana), tokens.issue(ana)
    ana.set_password("another-secret-2")
    ana.save()
    for issued in (first, second):
        assert refused(tokens.user_of, issued["access"]) == "token_invalid"
        assert refused(tokens.rotate, issued["refresh"]) == "token_invalid"
    assert tokens.user_of(tokens.issue(ana)["access"]) == ana


def test_revoking_one_sign_in_leaves_the_other(ana):
    first, second = tokens.issue(ana), tokens.issue(ana)
    tokens.revoke(tokens.sign_in_of(first["access"]))
    assert refused(tokens.user_of, first["access"]) == "token_invalid"
    assert refused(tokens.rotate, first["refresh"]) == "token_invalid"
    assert tokens.user_of(second["access"]) == ana


def test_a_refresh_token_is_exchanged_for_the_next(ana):
    first = tokens.issue(ana)
    second = tokens.rotate(first["refresh"])
    third = tokens.rotate(second["refresh"])
    assert len({first["refresh"], second["refresh"], third["refresh"]}) == 3
    assert tokens.user_of(third["access"]) == tokens.user_of(first["access"]) == ana
    assert RefreshFamily.objects.count() == 1


def test_a_second_use_within_ten_seconds_gets_the_same_successor(ana):
    refresh = tokens.issue(ana)["refresh"]
    assert tokens.rotate(refresh)["refresh"] == tokens.rotate(refresh)["refresh"]


def test_a_later_reuse_ends_the_family(ana):
    first = tokens.issue(ana)
    second = tokens.rotate(first["refresh"])
    RefreshFamily.objects.update(rotated_at=timezone.now() - timedelta(seconds=11))
    assert refused(tokens.rotate, first["refresh"]) == "token_invalid"
    assert refused(tokens.rotate, second["refresh"]) == "token_invalid"
    assert refused(tokens.user_of, second["access"]) == "token_invalid"


def test_a_token_two_rotations_old_ends_the_family(ana):
    first = tokens.issue(ana)
    third = tokens.rotate(tokens.rotate(first["refresh"])["refresh"])
    assert refused(tokens.rotate, first["refresh"]) == "token_invalid"
    assert refused(tokens.user_of, third["access"]) == "token_invalid"


@pytest.mark.django_db(transaction=True)
def test_concurrent_refreshes_do_not_split_the_family(ana):
    refresh = tokens.issue(ana)["refresh"]

    def rotate(_number):
        try:
            return tokens.rotate(refresh)["refresh"]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        successors = set(pool.map(rotate, range(16)))
    assert len(successors) == 1
    assert tokens.user_of(tokens.rotate(successors.pop())["access"]) == ana


def test_an_expired_token_says_so(ana, settings):
    past = int(time.time()) - 1
    assert refused(tokens.user_of, signed(settings, iat=past - 60, exp=past)) == "token_expired"


@pytest.mark.parametrize(
    "changes",
    [
        {"userId": "1"},
        {"userId": 7},
        {"userId": None},
        {"userId": ...},
        {"family": "x"},
        {"family": ["x"]},
        {"family": ...},
        {"jti": ...},
        {"jti": 5},
        {"exp": ...},
        {"exp": "soon"},
        {"exp": 10**30},
        {"exp": [1]},
        {"iat": "x"},
        {"iat": {}},
        {"nbf": "x"},
        {"token_type": ...},
        {"token_type": ["access"]},
        {"sub": 4},
        {},
    ],
)
def test_odd_claims_are_refused(db, settings, changes):
    assert refused(tokens.user_of, signed(settings, **changes)) == "token_invalid"


@pytest.mark.parametrize("jti", ["", "x" * 3000, "\ud800", "\x00"])
def test_an_odd_id_of_a_refresh_token_is_a_reuse(ana, settings, jti):
    payload = claims(tokens.issue(ana)["refresh"], settings.JWT_REFRESH_SECRET) | {"jti": jti}
    forged = PyJWS().encode(json.dumps(payload).encode(), settings.JWT_REFRESH_SECRET, "HS256")
    assert refused(tokens.rotate, forged) == "token_invalid"
    assert RefreshFamily.objects.get().revoked_at is not None


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "ñ.ñ.ñ", "é" * 5000, "..", "a" * 100_000, "\x00.\x00.\x00"])
def test_what_is_no_token_is_refused(db, token):
    assert refused(tokens.user_of, token) == "token_invalid"
    assert refused(tokens.rotate, token) == "token_invalid"


def test_only_hs256_is_read(ana, settings):
    payload = claims(tokens.issue(ana)["access"], settings.JWT_SECRET)
    assert refused(tokens.user_of, jwt.encode(payload, "", "none")) == "token_invalid"
    long_key = settings.JWT_SECRET.encode() * 2
    settings.JWT_SECRET = long_key.decode()
    assert refused(tokens.user_of, jwt.encode(payload, long_key, "HS512")) == "token_invalid"
    assert tokens.user_of(jwt.encode(payload, long_key, "HS256")) == ana


def test_a_foreign_signature_is_refused(ana, settings):
    payload = claims(tokens.issue(ana)["access"], settings.JWT_SECRET)
    assert refused(tokens.user_of, jwt.encode(payload, "x" * 40, "HS256")) == "token_invalid"


def test_a_family_opens_only_for_its_own_user(ana, carla, settings):
    payload = claims(tokens.issue(ana)["access"], settings.JWT_SECRET)
    forged = jwt.encode(payload | {"userId": str(carla.id)}, settings.JWT_SECRET, "HS256")
    assert refused(tokens.user_of, forged) == "token_invalid"


def test_the_role_is_the_row_s_not_the_claim_s(ana, settings):
    payload = claims(tokens.issue(ana)["access"], settings.JWT_SECRET)
    forged = jwt.encode(payload | {"role": "admin"}, settings.JWT_SECRET, "HS256")
    assert tokens.user_of(forged).role == "user"


def test_counting_by_a_token_asks_no_row(ana, settings, django_assert_num_queries):
    access = tokens.issue(ana)["access"]
    with django_assert_num_queries(0):
        assert tokens.claimed_user_id(access) == str(ana.id)
        assert tokens.claimed_user_id("x") is None
        assert tokens.claimed_user_id(signed(settings, userId=5)) is None
