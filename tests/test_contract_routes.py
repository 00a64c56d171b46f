"""The mission's routes, all of them, with and without a trailing slash, and never a redirect."""

import pytest
from asgiref.testing import ApplicationCommunicator

from flame.asgi import application
from tests.access.policies import POLICIES
from tests.access.world import furnished
from tests.test_access_matrix import ask, undone

MISSION = """
POST /api/auth/register
POST /api/auth/login
POST /api/auth/logout
POST /api/auth/refresh
POST /api/auth/forgot-password
POST /api/auth/reset-password
GET /api/auth/me
PUT /api/auth/profile
GET /api/conversations
POST /api/conversations
GET /api/conversations/{id}
PUT /api/conversations/{id}
DELETE /api/conversations/{id}
GET /api/conversations/{id}/messages
POST /api/conversations/{id}/messages
PUT /api/conversations/{id}/status
GET /api/assistants
POST /api/assistants
GET /api/assistants/{id}
PUT /api/assistants/{id}
DELETE /api/assistants/{id}
POST /api/assistants/{id}/train
GET /api/assistants/{id}/schedules
POST /api/assistants/{id}/schedules
PUT /api/assistants/{id}/schedules/{schedule_id}
DELETE /api/assistants/{id}/schedules/{schedule_id}
GET /api/integrations
POST /api/integrations
GET /api/integrations/{id}
PUT /api/integrations/{id}
DELETE /api/integrations/{id}
POST /api/integrations/{id}/connect
POST /api/integrations/{id}/disconnect
GET /api/integrations/{id}/status
GET /api/integrations/{id}/capabilities
GET /api/analytics/dashboard
GET /api/analytics/conversations
GET /api/analytics/assistants
GET /api/analytics/response-time
GET /api/analytics/satisfaction
GET /health
GET /health/live
GET /health/ready
""".strip().splitlines()
WEBHOOKS = """
POST /api/webhooks/whatsapp
POST /api/webhooks/facebook
POST /api/webhooks/instagram
POST /api/webhooks/telegram
GET /api/webhooks/whatsapp
GET /api/webhooks/facebook
GET /api/webhooks/instagram
""".strip().splitlines()

PUBLIC = {"/health": 200, "/health/live": 200, "/health/ready": 200}


def answers(client_of, ana, own, route: str) -> set[int]:
    """The status without and with a slash at the end."""
    body = POLICIES[route].body(own) if route in POLICIES else {}
    found = set()
    for ending in ("", "/"):
        with undone():
            found.add(ask(client_of(ana), route + ending, own, body).status_code)
    return found


@pytest.mark.parametrize("route", MISSION)
def test_a_route_answers_with_and_without_a_slash(client_of, ana, sandbox, route):
    expected = POLICIES[route].answer if route in POLICIES else PUBLIC[route.split(" ")[1]]
    assert answers(client_of, ana, furnished(ana, "71"), route) == {expected}


@pytest.mark.parametrize("route", WEBHOOKS)
@pytest.mark.parametrize("ending", ["", "/"])
async def test_a_webhook_is_refused_for_its_signature_not_for_its_path(transactional_db, route, ending):
    method, path = route.split(" ")
    scope = {"type": "http", "method": method, "path": path + ending, "query_string": b"", "headers": []}
    server = ApplicationCommunicator(application, scope)
    await server.send_input({"type": "http.request", "body": b"{}"})
    start = await server.receive_output(5)
    await server.receive_output(5)
    assert start["status"] == 403
