"""However many threads there are, a page of the list comes from an index. Asked of PostgreSQL, where they are many."""

import json

import pytest
from django.db import connection

from conversations.models import Conversation

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL's planner"),
    pytest.mark.slow,
]

ROWS = 200_000
INSERT = """
INSERT INTO conversations (id, user_id, platform, contact_name, contact_external_id, contact_username, language, tags,
                           last_sequence, turn, answer_attempts, last_message_time, status)
SELECT gen_random_uuid(), %s, 'whatsapp', 'Eva ' || n, n::text, '', '',
       CASE WHEN n %% 1000 = 0 THEN '["vip"]' ELSE '[]' END::jsonb,
       0, 0, 0, now() - n * interval '1 second', CASE WHEN n %% 4 = 0 THEN 'pending' ELSE 'active' END
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
    return Conversation.objects.visible_to(ana).order_by("-last_message_time", "-id")


def test_pages_and_tags_are_read_from_their_indexes(many):
    assert '"Index Name": "conversations_newest"' in plan_of(many[:20])
    assert '"Index Name": "conversations_status_newest"' in plan_of(many.filter(status="pending")[:20])
    assert "conversations_tags" in plan_of(many.with_tag("rare"))
    assert all("Seq Scan" not in plan_of(page) for page in (many[:20], many.filter(status="pending")[:20]))
