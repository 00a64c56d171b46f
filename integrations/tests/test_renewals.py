"""Tokens of Instagram Login, renewed before they end."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Event, Notice
from integrations.models import Integration
from integrations.renewals import keep, renew_all

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 26, 4, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def platform(sandbox):
    return sandbox


def ending(integration, left, **credentials):
    ends_at = str(int((NOW + left).timestamp())) if left is not None else ""
    integration.credentials = {**integration.credentials, "expires_at": ends_at, **credentials}
    integration.save()
    return integration


def held():
    return Integration.objects.get(platform="instagram")


@pytest.mark.parametrize("left", [timedelta(days=9), timedelta(hours=1), None])
def test_a_token_that_ends_soon_or_nobody_knows_when_is_renewed(insta, left):
    ending(insta, left)
    assert renew_all(NOW) == 1
    credentials = held().credentials
    assert credentials["access_token"] == "renewed-instagram-token-17841"
    assert credentials["expires_at"] == str(int((NOW + timedelta(days=60)).timestamp()))
    assert (held().status, held().account_key) == ("active", "17841")
    assert list(Event.objects.values_list("type", flat=True)) == ["integration.updated"]
    assert renew_all(NOW) == 0


def test_a_token_with_time_left_is_left_alone(insta):
    ending(insta, timedelta(days=11))
    assert renew_all(NOW) == 0
    assert held().credentials["access_token"] == "instagram-token-17841"


@pytest.mark.parametrize("status", ["inactive", "error"])
def test_what_is_not_connected_is_not_renewed(insta, status):
    ending(insta, timedelta(days=1))
    Integration.objects.update(status=status)
    assert renew_all(NOW) == 0


def test_other_tokens_do_not_end(shop, page, bot):
    assert renew_all(NOW) == 0


def test_a_refusal_with_days_left_is_tried_again_and_told_to_nobody(insta):
    ending(insta, timedelta(days=5), access_token="bad-token")
    assert renew_all(NOW) == 0
    assert (held().status, Notice.objects.count(), Event.objects.count()) == ("active", 0, 0)


def test_a_refusal_near_the_end_asks_the_owner_for_a_new_token(insta):
    ending(insta, timedelta(days=1), access_token="bad-token")
    assert renew_all(NOW) == 0
    assert (held().status, Notice.objects.count()) == ("error", 1)
    assert "bad-token" not in held().error


def test_credentials_that_were_changed_meanwhile_are_kept(insta):
    asked = ending(insta, timedelta(days=5)).account()
    ending(insta, timedelta(days=59), access_token="new-token-17841")
    assert keep(insta, asked, {"access_token": "renewed"}) is False
    assert held().credentials["access_token"] == "new-token-17841"
