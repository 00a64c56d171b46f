import uuid

import pytest

from accounts import tokens


@pytest.fixture(autouse=True)
def fresh_counts(settings):
    """Counts of tries and requests outlive a test's transaction; a prefix of its own keeps them apart."""
    settings.CACHES = {alias: {**cache, "KEY_PREFIX": uuid.uuid4().hex} for alias, cache in settings.CACHES.items()}


@pytest.fixture
def signed_in(api):
    """The client as a user, by a token of their own."""

    def sign_in(user):
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.issue(user)['access']}")
        return api

    return sign_in
