"""The cast of the suite: ana owns an account, bruno is on her team, carla is a stranger with an account of her own."""

import pytest
from rest_framework.test import APIClient

from accounts.models import User


@pytest.fixture
def ana(db):
    return User.objects.create_user("ana@example.com", "ana-secret-1", name="Ana")


@pytest.fixture
def bruno(ana):
    return User.objects.create_user("bruno@example.com", "bruno-secret-1", name="Bruno", role="agent", team_owner=ana)


@pytest.fixture
def carla(db):
    return User.objects.create_user("carla@example.com", "carla-secret-1", name="Carla")


@pytest.fixture
def api():
    return APIClient()
