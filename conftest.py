"""The cast of the suite: ana owns an account, bruno is on her team, carla is a stranger with an account of her own."""

import pytest
from asgiref.sync import SyncToAsync
from django.db import connections
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tokens import issue
from integrations.inbox import database
from integrations.models import Integration
from integrations.signing import forget
from integrations.tests.fixtures import wire  # noqa: F401 - a fixture of every app's tests
from integrations.tests.receiver import receiver  # noqa: F401
from integrations.tests.sandbox import sandbox, sandbox_process  # noqa: F401


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


@pytest.fixture
def client_of():
    """A REST client that carries the user's own access token."""

    def client(user):
        api = APIClient()
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {issue(user)['access']}")
        return api

    return client


@pytest.fixture(scope="session", autouse=True)
def _connections_of_threads(django_db_setup, django_db_blocker):
    """Threads that outlive a test keep their connection, and PostgreSQL drops no database that someone is in."""
    yield
    with django_db_blocker.unblock():
        for thread in (database, SyncToAsync.single_thread_executor):
            thread.submit(connections.close_all).result()


@pytest.fixture(autouse=True)
def _fresh_signers():
    forget()


@pytest.fixture
def shop(ana):
    """Ana's WhatsApp number, connected."""
    credentials = {
        "phone_number_id": "2007",
        "business_account_id": "1009",
        "access_token": "EAA-shop-token-0001",
        "app_secret": "shop-app-secret",
        "verify_token": "shop-verify-token",
    }
    return Integration.objects.create(user=ana, platform="whatsapp", status="active", credentials=credentials)


@pytest.fixture
def bot(ana):
    """Ana's Telegram bot, connected."""
    credentials = {"bot_token": "7001:AAbot-token", "webhook_secret": "bot-webhook-secret"}
    return Integration.objects.create(user=ana, platform="telegram", status="active", credentials=credentials)


@pytest.fixture
def page(ana):
    """Ana's page on Messenger, connected."""
    credentials = {
        "page_id": "3003",
        "page_access_token": "page-token-3003",
        "app_id": "600500400300200",
        "app_secret": "shop-app-secret",
        "verify_token": "shop-verify-token",
    }
    return Integration.objects.create(user=ana, platform="facebook", status="active", credentials=credentials)


@pytest.fixture
def insta(ana):
    """Ana's Instagram account, which signed in itself, connected."""
    credentials = {
        "instagram_account_id": "17841",
        "access_token": "instagram-token-17841",
        "instagram_app_secret": "shop-app-secret",
        "verify_token": "shop-verify-token",
    }
    return Integration.objects.create(user=ana, platform="instagram", status="active", credentials=credentials)
