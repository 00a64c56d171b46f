"""Who asks, by access token or, in the admin, by session. From then on the log names them.

No token leaves the request anonymous, so the permission answers 401.
"""

import uuid
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.models import User
from accounts.tokens import TokenError, sign_in_of
from flame.lib import log_context
from flame.lib.errors import Problem


def bearer(authorization: str) -> str:
    """The token of an `Authorization: Bearer …` header, or ""."""
    scheme, _space, token = authorization.strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


class TokenAuthentication(BaseAuthentication):
    """`request.user` is the user's row, `request.auth` the id of the sign-in's family."""

    def authenticate(self, request: Request) -> tuple[User, uuid.UUID] | None:
        token = bearer(request.headers.get("Authorization", ""))
        if not token:
            return None
        try:
            sign_in = sign_in_of(token)
        except TokenError as error:
            raise Problem(403, error.code, _("Invalid token")) from error
        log_context.note(user=sign_in.user.id)
        return sign_in.user, sign_in.family_id

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class SessionBackend(ModelBackend):
    def user_can_authenticate(self, user: Any) -> bool:
        return User.objects.active().filter(pk=user.pk).exists()

    def get_user(self, user_id: uuid.UUID) -> User | None:
        """Asked for the user of a session, when somebody first looks at `request.user`."""
        user = super().get_user(user_id)
        if user is not None:
            log_context.note(user=user.pk)
        return user
