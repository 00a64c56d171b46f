"""However many events are kept, a worker reads those that wait and no others."""

import pytest
from django.db import connection

from integrations.models import InboundEvent

pytestmark = pytest.mark.django_db(transaction=True)

KEPT = 5000
EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}
BY_ID = {"sqlite": "INTEGER PRIMARY KEY", "postgresql": "inbound_events_pkey"}


@pytest.fixture
def kept(shop):
    known = {"platform": "whatsapp", "account_key": shop.account_key, "payload": {}, "state": "done"}
    InboundEvent.objects.bulk_create(
        InboundEvent(event_key=f"m:{number}", conversation_key=str(number % 50), **known) for number in range(KEPT)
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE inbound_events")


@pytest.fixture
def plans():
    """How the database finds the events of each query. Asked with the query's own parameters: they decide it too."""
    found = {}

    def explain(execute, sql, params, many, context):
        if sql.startswith(("SELECT", "UPDATE")) and '"inbound_events"' in sql:
            with connection.cursor() as cursor:
                cursor.execute(f"{EXPLAIN[connection.vendor]} {sql}", params)
                found[sql] = str(cursor.fetchall())
        return execute(sql, params, many, context)

    return explain, found


def test_what_is_dealt_with_is_not_read_again(kept, wire, plans):
    explain, found = plans
    with connection.execute_wrapper(explain):
        wire.says("¿Abren hoy?")

    assert InboundEvent.objects.filter(state="done").count() == KEPT + 1
    assert len(found) >= 5
    for sql, plan in found.items():
        assert "inbound_events_waiting" in plan or BY_ID[connection.vendor] in plan, sql
