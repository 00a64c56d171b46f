from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connection

from accounts import tickets, tokens


@pytest.fixture
def sign_in(ana):
    return tokens.sign_in_of(tokens.issue(ana)["access"])


def test_a_ticket_opens_once(sign_in):
    ticket = tickets.open_ticket(sign_in)
    assert tickets.redeem(ticket) == sign_in
    assert tickets.redeem(ticket) is None


def test_a_ticket_lives_thirty_seconds(sign_in):
    ticket = tickets.open_ticket(sign_in)
    assert cache.touch(tickets._key(ticket), 0)
    assert tickets.LIFETIME_SECONDS == 30
    assert tickets.redeem(ticket) is None


@pytest.mark.parametrize("ticket", ["", "unknown", "ñ" * 500])
def test_an_unknown_ticket_opens_nothing(db, ticket):
    assert tickets.redeem(ticket) is None


def test_a_ticket_ends_with_its_sign_in(sign_in):
    ticket = tickets.open_ticket(sign_in)
    tokens.revoke(sign_in)
    assert tickets.redeem(ticket) is None


@pytest.mark.django_db(transaction=True)
def test_of_many_who_redeem_a_ticket_one_gets_in(sign_in):
    ticket = tickets.open_ticket(sign_in)

    def redeem(_number):
        try:
            return tickets.redeem(ticket)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert [found for found in pool.map(redeem, range(16)) if found] == [sign_in]
