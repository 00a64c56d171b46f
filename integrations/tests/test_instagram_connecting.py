"""The two ways into an Instagram account: by its page, and by its own sign-in."""

import pytest

from integrations import outbound
from integrations.platforms.base import Account, OutboundMessage, PlatformError
from integrations.platforms.instagram.adapter import Instagram
from integrations.sandbox.directory import linked_account

PAGE = "700100200300"
LINKED = {
    "instagram_account_id": linked_account(PAGE),
    "page_id": PAGE,
    "page_access_token": f"page-token-{PAGE}",
    "app_id": "600500400300200",
    "app_secret": "page-secret",
    "verify_token": "v",
}
SIGNED_IN = {
    "instagram_account_id": "17841400",
    "access_token": "instagram-token-17841400",
    "instagram_app_secret": "instagram-secret",
}
URL = "https://flame.example/api/webhooks/instagram"


def account(sandbox, credentials, **changes):
    url = sandbox.url
    return Account("instagram", {**credentials, **changes}, f"{url}/graph/v26.0", f"{url}/instagram/v26.0")


def converse(exchange, ours):
    return outbound.converse(exchange, ours)


def test_a_linked_account_is_connected_at_its_page(sandbox):
    ours = account(sandbox, LINKED)
    standing = converse(Instagram().connect(ours, URL), ours)
    assert (standing.name, standing.obstacles) == ("@sandbox_0300", ())
    converse(Instagram().disconnect(ours), ours)
    assert converse(Instagram().check(ours, URL), ours).obstacles == ("not_subscribed",)


def test_an_account_that_signed_in_is_connected_by_itself(sandbox):
    ours = account(sandbox, SIGNED_IN)
    standing = converse(Instagram().connect(ours, URL), ours)
    assert (standing.name, standing.obstacles, standing.facts["account_type"]) == ("@sandbox_1400", (), "BUSINESS")


@pytest.mark.parametrize("credentials", [LINKED, SIGNED_IN])
def test_a_token_of_another_account_connects_nothing(sandbox, credentials):
    ours = account(sandbox, credentials, instagram_account_id="17841999")
    assert converse(Instagram().connect(ours, URL), ours).obstacles == ("wrong_account",)
    proper = account(sandbox, credentials)
    assert converse(Instagram().check(proper, URL), proper).obstacles == ("not_subscribed",)


def test_a_linked_account_says_whose_the_token_is(sandbox):
    ours = account(sandbox, LINKED)
    converse(Instagram().connect(ours, URL), ours)
    other = account(sandbox, LINKED, app_id="999999999")
    assert converse(Instagram().check(other, URL), other).obstacles == ("not_subscribed",)


@pytest.mark.parametrize(
    ("credentials", "secret", "parent_key"), [(LINKED, "page-secret", PAGE), (SIGNED_IN, "instagram-secret", "")]
)
def test_each_way_has_its_secret_and_what_it_shares(sandbox, credentials, secret, parent_key):
    """A page that carries Messenger too is not cut off when its Instagram account is disconnected."""
    ours = account(sandbox, credentials)
    assert (Instagram().secret(ours), Instagram().parent_key(ours)) == (secret, parent_key)


def test_an_account_that_signed_in_needs_no_page_of_the_environment(sandbox):
    ours = account(sandbox, {**SIGNED_IN, "page_access_token": "token-of-the-environment", "app_secret": "x"})
    request = Instagram().request(ours, OutboundMessage("991", "Hola", "ref"))
    assert request.url == f"{sandbox.url}/instagram/v26.0/17841400/messages"
    assert Instagram().secret(ours) == "instagram-secret"


def test_a_linked_account_speaks_by_its_page(sandbox, receiver):
    ours = account(sandbox, LINKED)
    sandbox.register("instagram", linked_account(PAGE), "page-secret", receiver.url)
    sandbox.write("instagram", "991", "Hola", name="Eva")
    request = Instagram().request(ours, OutboundMessage("991", "¿Qué tal?", "ref"))
    assert request.url == f"{sandbox.url}/graph/v26.0/{PAGE}/messages"
    assert Instagram().external_id(OutboundMessage("991", "x", "ref"), outbound.call(request, ours))
    assert [(sent["platform"], sent["account_key"]) for sent in sandbox.sent()] == [("instagram", linked_account(PAGE))]
    contact = converse(Instagram().profile(ours, "991"), ours)
    assert (contact.name, contact.username) == ("Eva", "eva")


def test_missing_credentials_are_named(sandbox):
    ours = account(sandbox, {"instagram_account_id": "17841400"})
    with pytest.raises(PlatformError, match="access_token / page_id \\+ page_access_token"):
        converse(Instagram().check(ours, URL), ours)
