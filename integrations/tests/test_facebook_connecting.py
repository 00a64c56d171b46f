"""A page's token, its app, and its subscription."""

import pytest

from integrations import outbound
from integrations.platforms.base import Account, OutboundMessage, PlatformError
from integrations.platforms.facebook.adapter import Facebook

PAGE = "700100200300"
CREDENTIALS = {
    "page_id": PAGE,
    "page_access_token": f"page-token-{PAGE}",
    "app_id": "600500400300200",
    "app_secret": "page-secret",
}
URL = "https://flame.example/api/webhooks/facebook"


def account(sandbox, **changes):
    return Account("facebook", {**CREDENTIALS, **changes}, f"{sandbox.url}/graph/v26.0")


def connected(sandbox, **changes):
    ours = account(sandbox, **changes)
    return outbound.converse(Facebook().connect(ours, URL), ours)


def checked(sandbox, **changes):
    ours = account(sandbox, **changes)
    return outbound.converse(Facebook().check(ours, URL), ours)


def test_connecting_asks_for_every_kind_of_event(sandbox):
    assert connected(sandbox).obstacles == ()
    assert (checked(sandbox).name, checked(sandbox).obstacles) == ("Sandbox 0300", ())


def test_a_token_of_another_page_connects_nothing(sandbox):
    assert connected(sandbox, page_access_token="page-token-999999").obstacles == ("wrong_account",)
    assert checked(sandbox).obstacles == ("not_subscribed",)


def test_another_app_s_subscription_is_not_ours(sandbox):
    connected(sandbox)
    assert checked(sandbox, app_id="111111").obstacles == ("not_subscribed",)


def test_without_an_app_id_any_subscription_counts(sandbox):
    connected(sandbox)
    assert checked(sandbox, app_id="").obstacles == ()


def test_an_expired_token_asks_for_a_new_one(sandbox):
    with pytest.raises(PlatformError) as refusal:
        connected(sandbox, page_access_token="expired-token")
    assert refusal.value.error_class == "reauth"


def test_every_call_carries_the_proof_of_its_app_where_the_secret_is_known(sandbox):
    message = OutboundMessage("5123", "Hola", "ref")
    for secret, shown in (("page-secret", True), ("", False)):
        calls = [
            Facebook().request(account(sandbox, app_secret=secret), message),
            next(Facebook().check(account(sandbox, app_secret=secret), URL)),
            next(Facebook().profile(account(sandbox, app_secret=secret), "5123")),
        ]
        assert ["appsecret_proof" in call.params for call in calls] == [shown] * 3
