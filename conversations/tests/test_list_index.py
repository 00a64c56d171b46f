"""However many threads there are, a page of the list comes from an index. Asked of PostgreSQL, where they are many."""

import json
import re
from types import SimpleNamespace

import pytest
from django.db import connection
from django.http import QueryDict

from conversations.api.filters import ConversationFilter
from conversations.models import Conversation

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL's planner"),
    pytest.mark.slow,
]

ROWS = 200_000
INSERT = """
INSERT INTO conversations (id, user_id, platform, contact_name, contact_external_id, contact_username, language, tags,
                           last_sequence, turn, answer_attempts, answer_restarts, last_message_time, status,
                           priority, unread_count)
SELECT gen_random_uuid(), %s, CASE WHEN n %% 50 = 0 THEN 'telegram' ELSE 'whatsapp' END, 'Eva ' || n, n::text, '', '',
       CASE WHEN n %% 1000 = 0 THEN '["vip"]' ELSE '[]' END::jsonb,
       0, 0, 0, 0, now() - n * interval '1 second', CASE WHEN n %% 4 = 0 THEN 'pending' ELSE 'active' END,
       CASE WHEN n %% 100 = 0 THEN 'urgent' ELSE 'medium' END, CASE WHEN n %% 20 = 0 THEN 1 ELSE 0 END
FROM generate_series(1, %s) AS n
"""


def plan_of(queryset):
    sql, parameters = queryset.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        (plan,) = cursor.fetchone()
    return json.dumps(plan)


@pytest.fixture
def many(ana):
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [ana.id, ROWS])
        cursor.execute("ANALYZE conversations")


def names(page):
    """The indexes that a page is read from, and whether rows were sorted or all of them read."""
    plan = plan_of(page)
    return {*re.findall(r'"Index Name": "(\w+)"', plan)}, "Seq Scan" in plan or '"Sort"' in plan or "Unique" in plan


def page_of(query, ana):
    request = SimpleNamespace(user=ana)
    everything = Conversation.objects.visible_to(ana).order_by("-last_message_time", "-id")
    filtered = ConversationFilter(QueryDict(query), everything, request=request)
    assert filtered.is_valid(), filtered.errors
    return filtered.qs[:21]


PAGES = {
    "": "conversations_newest",
    "status=pending": "conversations_status_newest",
    "status=pending&status=active": "conversations_newest",
    "platform=telegram": "conversations_platform_newest",
    "priority=urgent": "conversations_pressing",
    "unread=true": "conversations_unread",
    "ordering=last_message_time": "conversations_newest",
    "ordering=-updated_at": "conversations_changed",
    "ordering=updated_at": "conversations_changed",
    "ordering=-created_at": "conversations_begun",
    "ordering=created_at": "conversations_begun",
    "ordering=contact_name": "conversations_by_name",
    "ordering=-contact_name": "conversations_by_name",
}


def test_a_page_is_read_from_an_index_and_nothing_is_sorted(ana, many):
    found = {query: names(page_of(query, ana)) for query in PAGES}
    assert found == {query: ({index}, False) for query, index in PAGES.items()}
    assert "conversations_tags" in names(page_of("tag=rare", ana))[0]


def test_every_ordering_that_is_offered_is_read_from_an_index():
    offered = {name for name, _label in ConversationFilter.base_filters["ordering"].extra["choices"]}
    assert {f"ordering={name}" for name in offered} <= PAGES.keys() | {"ordering=-last_message_time"}
