"""Who asks."""

from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from accounts.models import User
from accounts.stream import Actor


def member(request: Request) -> User:
    """The signed-in user. Raises NotAuthenticated, should a view have let nobody in."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def actor(request: Request) -> Actor:
    """The signed-in user, as events name them."""
    return Actor("agent", str(member(request).id))
