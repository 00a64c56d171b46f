import pytest
from asgiref.sync import async_to_sync

from integrations.models import Integration
from integrations.sandbox.mount import IntegrationDirectory

pytestmark = pytest.mark.django_db(transaction=True)


def lookup(platform, account_key):
    return async_to_sync(IntegrationDirectory().lookup)(platform, account_key)


def test_the_accounts_are_the_connected_integrations(shop, bot, settings):
    settings.PORT = 3999
    bot.status = "inactive"
    bot.save()
    assert async_to_sync(IntegrationDirectory().known)() == [
        {"platform": "whatsapp", "account_key": shop.account_key, "name": shop.name}
    ]
    found = lookup("whatsapp", shop.account_key)
    assert found.secret == shop.credentials["app_secret"]
    assert found.webhook_url == "http://127.0.0.1:3999/api/webhooks/whatsapp"
    assert lookup("telegram", bot.account_key).secret == bot.credentials["webhook_secret"]


def test_nobody_is_found_under_another_name(shop):
    assert lookup("whatsapp", "9999") is None
    assert lookup("telegram", shop.account_key) is None


def test_who_is_connected_speaks_for_the_account(shop, carla):
    claim = {**shop.credentials, "app_secret": "another"}
    Integration.objects.create(user=carla, platform="whatsapp", credentials=claim)
    assert lookup("whatsapp", shop.account_key).secret == shop.credentials["app_secret"]
