"""Who asks."""

import uuid
from typing import cast

from django.http import HttpRequest
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from accounts.models import User
from accounts.stream import Actor
from accounts.tokens import SignIn


def member(request: Request | HttpRequest) -> User:
    """The signed-in user. Raises NotAuthenticated, should a view have let nobody in."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def sign_in(request: Request) -> SignIn:
    """By which token they ask."""
    return SignIn(member(request), cast("uuid.UUID", request.auth))


def actor(request: Request | HttpRequest) -> Actor:
    """The signed-in user, as events name them."""
    return Actor("agent", str(member(request).id))
