"""The demo's people. Their password is in the README: they exist only in demo mode, which production refuses."""

from functools import partial
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User

DEMO_LOGIN = "demo@flame.local"
DEMO_PASSWORD = "flame-demo"  # noqa: S105 - published on purpose
AGENT = {"email": "agent@flame.local", "name": "Ana Agente", "role": User.Role.AGENT}
STAFF = {"email": "admin@flame.local", "name": "Admin", "role": User.Role.STAFF}


@transaction.atomic
def create_demo_users() -> list[tuple[User, bool]]:
    """The owner, an agent of their team and a member of staff, each with whether it is new."""
    owner, is_new = found_or_created(email=DEMO_LOGIN, name="Tienda Fuego")
    return [(owner, is_new), found_or_created(**AGENT, team_owner=owner), found_or_created(**STAFF)]


def found_or_created(email: str, **fields: Any) -> tuple[User, bool]:
    """One that exists is left as it is: somebody may have changed its name or password."""
    fields["password"] = partial(make_password, DEMO_PASSWORD)  # a callable is asked only for a new row
    return User.objects.get_or_create(email=email, defaults=fields)
