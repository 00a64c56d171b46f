"""What lets a websocket in."""

import pytest

from accounts import tickets, tokens
from accounts.socket_auth import sign_in_of_socket


def scope(query="", *subprotocols):
    return {"query_string": query.encode(), "subprotocols": list(subprotocols)}


@pytest.fixture
def access(ana):
    return tokens.issue(ana)["access"]


def test_a_bearer_subprotocol_names_its_sign_in(access):
    assert sign_in_of_socket(scope("", "flame.v1", f"bearer.{access}")) == tokens.sign_in_of(access)


def test_a_ticket_names_its_sign_in_once(access):
    ticket = tickets.open_ticket(tokens.sign_in_of(access))
    assert sign_in_of_socket(scope(f"ticket={ticket}")) == tokens.sign_in_of(access)
    with pytest.raises(tokens.TokenError):
        sign_in_of_socket(scope(f"ticket={ticket}"))


def test_a_token_in_the_address_counts_only_where_it_is_allowed(access, settings):
    assert sign_in_of_socket(scope(f"token={access}")) is None
    settings.WS_QUERY_TOKEN = True
    assert sign_in_of_socket(scope(f"token={access}")) == tokens.sign_in_of(access)


def test_who_brings_nothing_may_still_send_an_auth_frame(db):
    assert sign_in_of_socket(scope("since=4", "flame.v1")) is None


@pytest.mark.parametrize("token", ["x", "a.b.c", "ñ"])
def test_a_bad_token_opens_nothing(db, token):
    with pytest.raises(tokens.TokenError):
        sign_in_of_socket(scope("", "flame.v1", f"bearer.{token}"))
