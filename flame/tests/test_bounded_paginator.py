import pytest
from django.core.paginator import EmptyPage, PageNotAnInteger

from accounts.models import Event
from flame.lib import bounded_paginator
from flame.lib.bounded_paginator import BoundedPaginator


@pytest.fixture
def seven(ana):
    actor = {"type": "system", "id": None}
    Event.objects.bulk_create(Event(account=ana, seq=seq, type="x", actor=actor, data={}) for seq in range(1, 8))
    return Event.objects.order_by("seq")


def test_pages_know_their_neighbours_without_counting(seven, django_assert_num_queries):
    pages = BoundedPaginator(seven, 3)
    with django_assert_num_queries(3):
        shown = [pages.page(number) for number in (1, 2, 3)]
    assert [[event.seq for event in page] for page in shown] == [[1, 2, 3], [4, 5, 6], [7]]
    assert [(page.has_previous(), page.has_next()) for page in shown] == [(False, True), (True, True), (True, False)]


def test_the_count_stops_at_its_limit_and_pages_go_on(seven, monkeypatch):
    assert BoundedPaginator(seven, 3).count == 7
    monkeypatch.setattr(bounded_paginator, "MAX_COUNT", 5)
    pages = BoundedPaginator(seven, 3)
    assert pages.count == 5
    assert [event.seq for event in pages.page(3)] == [7]


def test_an_empty_list_has_one_page(db):
    assert list(BoundedPaginator(Event.objects.order_by("seq"), 3).page(1)) == []


@pytest.mark.parametrize(
    ("number", "refusal"),
    [(4, EmptyPage), (10**30, EmptyPage), (0, EmptyPage), (-1, EmptyPage), ("x", PageNotAnInteger)],
)
def test_a_page_that_is_none_is_refused(seven, number, refusal):
    with pytest.raises(refusal):
        BoundedPaginator(seven, 3).page(number)
