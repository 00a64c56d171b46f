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


def test_a_token_speaks_for_the_account_that_was_given_it_last(page, insta):
    directory = IntegrationDirectory()
    assert async_to_sync(directory.speaker)(page.credentials["page_access_token"]) == "3003"
    assert async_to_sync(directory.speaker)(insta.credentials["access_token"]) == "17841"
    assert async_to_sync(directory.speaker)("nobodys") == ""
    page.credentials = {**page.credentials, "page_id": "4004"}
    page.save()
    assert async_to_sync(directory.speaker)(page.credentials["page_access_token"]) == "4004"


def test_the_instagram_account_of_a_page_is_the_one_that_names_it(insta):
    linked = async_to_sync(IntegrationDirectory().linked_account)
    insta.credentials = {"instagram_account_id": "17842", "page_id": "3003", "page_access_token": "x"}
    insta.save()
    assert linked("3003") == "17842"
    assert linked("700100200300") == "17840700100200300"
