"""Access and refresh tokens. simplejwt makes and reads them; whether one is still good, the database says.

A sign-in is a `RefreshFamily`. Each refresh token is good for one rotation; the access tokens of a family carry its id,
so revoking the family or changing the password ends them at once.
"""

import hashlib
import hmac
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, TypedDict

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import ExpiredTokenError
from rest_framework_simplejwt.exceptions import TokenError as JWTError
from rest_framework_simplejwt.tokens import Token

from accounts import stream
from accounts.models import RefreshFamily, User

# Two tabs that refresh at once, or a client whose answer was lost, are no thieves.
ROTATION_GRACE = timedelta(seconds=10)
# What a signed payload with odd claims may raise in PyJWT, simplejwt or here.
ODD = (JWTError, AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError, RecursionError)

Code = Literal["token_invalid", "token_expired"]


class TokenError(Exception):
    """A token that opens nothing; `code` is what the client is told."""

    def __init__(self, code: Code = "token_invalid") -> None:
        super().__init__(code)
        self.code: Code = code


class Issued(TypedDict):
    access: str
    refresh: str
    expires_in: int


@dataclass(frozen=True)
class SignIn:
    user: User
    family_id: uuid.UUID


@cache
def _backend(secret: str) -> TokenBackend:
    return TokenBackend("HS256", secret)


class AccessToken(Token):
    token_type = "access"  # noqa: S105 - a kind, no secret
    lifetime = timedelta(hours=24)

    def get_token_backend(self) -> TokenBackend:
        return _backend(settings.JWT_SECRET)


class RefreshToken(Token):
    token_type = "refresh"  # noqa: S105 - a kind, no secret
    lifetime = timedelta(days=7)

    def get_token_backend(self) -> TokenBackend:
        return _backend(settings.JWT_REFRESH_SECRET)


def issue(user: User) -> Issued:
    """Begin a sign-in: `{access, refresh, expires_in}`."""
    now, jti = timezone.now(), uuid.uuid4().hex
    family = RefreshFamily.objects.create(
        user=user,
        auth_hash=user.get_session_auth_hash(),
        current_hash=_digest(jti),
        rotated_at=now,
        expires_at=now + RefreshToken.lifetime,
    )
    return _pair(user, family.id, jti, now)


def rotate(refresh: str) -> Issued:
    """Exchange a refresh token for the next pair. Raises TokenError.

    One use wins; a second within 10 s gets the same successor; any later one means that the token was copied, and ends
    the family.
    """
    claims = _read(RefreshToken, refresh)
    sign_in = _sign_in(claims)
    # JSON may hold a lone surrogate, which has no bytes to digest.
    used, now = str(claims["jti"]).encode(errors="replace").decode(), timezone.now()
    successor = _successor(used)
    family = RefreshFamily.objects.filter(pk=sign_in.family_id, revoked_at__isnull=True)
    won = family.filter(current_hash=_digest(used)).update(
        current_hash=_digest(successor),
        previous_hash=_digest(used),
        rotated_at=now,
        expires_at=now + RefreshToken.lifetime,
    )
    if won:
        return _pair(sign_in.user, sign_in.family_id, successor, now)
    rotated_at = family.filter(previous_hash=_digest(used)).values_list("rotated_at", flat=True).first()
    if rotated_at is None or rotated_at < now - ROTATION_GRACE:
        revoke(sign_in)
        raise TokenError
    return _pair(sign_in.user, sign_in.family_id, successor, rotated_at)


def revoke(sign_in: SignIn) -> None:
    """End it, and the sockets that it opened."""
    RefreshFamily.objects.filter(pk=sign_in.family_id, revoked_at__isnull=True).update(revoked_at=timezone.now())
    stream.ring(sign_in.user.account_id)


def sign_in_of(access: str) -> SignIn:
    """Who holds this access token, by the rows as they are now (one query). Raises TokenError."""
    return _sign_in(_read(AccessToken, access))


def user_of(token: str) -> User:
    """The user of an access token. Raises TokenError."""
    return sign_in_of(token).user


def claimed_user_id(access: str) -> str | None:
    """Whom a rightly signed, unexpired access token names. No row is asked: enough to count by, not to admit."""
    try:
        return str(uuid.UUID(_read(AccessToken, access)["userId"]))
    except (TokenError, *ODD):
        return None


def live_user(user_id: uuid.UUID, family_id: uuid.UUID) -> User:
    """The user of a sign-in that has not ended. Raises TokenError."""
    family = (
        RefreshFamily.objects.select_related("user")
        .filter(pk=family_id, user_id=user_id, user__in=User.objects.active(), revoked_at__isnull=True)
        .first()
    )
    if family is None or not constant_time_compare(family.auth_hash, family.user.get_session_auth_hash()):
        raise TokenError
    return family.user


def still_open(account_id: uuid.UUID, family_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the sign-ins that have not ended, and whose user still belongs to the account.

    Asked for all sockets of an account at each of its events, so no row of a sign-in becomes an object.
    """
    unrevoked = RefreshFamily.objects.filter(pk__in=family_ids, revoked_at__isnull=True)
    families = list(unrevoked.values_list("pk", "user_id", "auth_hash"))
    people = User.objects.active().filter(pk__in={user_id for _pk, user_id, _hash in families})
    hashes = {user.pk: user.get_session_auth_hash() for user in people if user.account_id == account_id}
    return {pk for pk, user_id, auth_hash in families if constant_time_compare(auth_hash, hashes.get(user_id, ""))}


def _sign_in(claims: Token) -> SignIn:
    try:
        user_id, family_id = uuid.UUID(claims["userId"]), uuid.UUID(claims["family"])
    except ODD as error:
        raise TokenError from error
    return SignIn(live_user(user_id, family_id), family_id)


def _read(kind: type[Token], token: str) -> Token:
    try:
        return kind(token)  # type: ignore[arg-type]  # simplejwt annotates the encoded token as a Token
    except ExpiredTokenError as error:
        raise TokenError("token_expired") from error
    except ODD as error:
        raise TokenError from error


def _pair(user: User, family_id: uuid.UUID, jti: str, at: datetime) -> Issued:
    access, refresh = AccessToken(), RefreshToken()
    refresh.set_iat(at_time=at)
    refresh.set_exp(from_time=at)
    refresh["jti"] = jti
    claims: dict[str, Any] = {
        "userId": str(user.id),
        "email": user.email,
        "role": user.role,
        "family": str(family_id),
    }
    for token in (access, refresh):
        token.payload.update(claims)
    return {
        "access": str(access),
        "refresh": str(refresh),
        "expires_in": int(AccessToken.lifetime.total_seconds()),
    }


def _digest(jti: str) -> str:
    return hashlib.sha256(jti.encode()).hexdigest()


def _successor(jti: str) -> str:
    """Derived, so that whoever lost the race can be given what the winner got though no token is kept."""
    return hmac.new(settings.JWT_REFRESH_SECRET.encode(), f"successor:{jti}".encode(), hashlib.sha256).hexdigest()
