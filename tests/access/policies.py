"""Who may do what: one entry per route of docs/openapi.yaml. PATCH is PUT, and needs none of its own."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from flame.tests.files import PNG


class Who(Enum):
    ANYBODY = "whoever asks, with no token too"
    MYSELF = "each their own, so nobody else's can be meant"
    ACCOUNT = "the owner and the people of the team"
    OWNER = "the owner alone"


class Own(str):
    """Stands in a body for the id of the caller's object of this collection."""

    __slots__ = ()


@dataclass(frozen=True)
class File:
    """Stands in a body for a file, which makes it multipart."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Policy:
    """`answer` is what those get who may; `fields` make a valid body, or a GET's query."""

    who: Who
    answer: int
    fields: dict[str, Any]

    def body(self, own: dict[str, str]) -> dict[str, Any]:
        return {name: filled(value, own) for name, value in self.fields.items()}


def filled(value: Any, own: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [filled(each, own) for each in value]
    if isinstance(value, File):
        return SimpleUploadedFile(value.name, value.content)
    return own[value] if isinstance(value, Own) else value


def anybody(answer: int, **fields: Any) -> Policy:
    return Policy(Who.ANYBODY, answer, fields)


def myself(answer: int = 200, **fields: Any) -> Policy:
    return Policy(Who.MYSELF, answer, fields)


def account(answer: int = 200, **fields: Any) -> Policy:
    return Policy(Who.ACCOUNT, answer, fields)


def owner(answer: int = 200, **fields: Any) -> Policy:
    return Policy(Who.OWNER, answer, fields)


POLICIES: dict[str, Policy] = {
    "POST /api/auth/register": anybody(201, email="new@example.com", password="a-new-secret-1", name="Nueva"),
    "POST /api/auth/login": anybody(401, email="nobody@example.com", password="x"),
    "POST /api/auth/refresh": anybody(403, refresh="x"),
    "POST /api/auth/forgot-password": anybody(202, email="nobody@example.com"),
    "POST /api/auth/reset-password": anybody(400, token="x", password="a-new-secret-1"),
    "POST /api/auth/logout": myself(204),
    "POST /api/auth/ws-ticket": myself(),
    "GET /api/auth/me": myself(),
    "PUT /api/auth/profile": myself(name="Otra"),
    "GET /api/team": account(),
    "POST /api/team": owner(201, email="new@example.com", name="Nueva"),
    "DELETE /api/team/{member_id}": owner(204),
    "GET /api/events": account(),
    "GET /api/assistants": account(),
    "POST /api/assistants": account(201, name="Ventas", type="ai"),
    "GET /api/assistants/{id}": account(),
    "PUT /api/assistants/{id}": account(name="Otro"),
    "DELETE /api/assistants/{id}": account(204),
    "POST /api/assistants/{id}/preview": account(question="¿A qué hora abren?"),
    "GET /api/assistants/{id}/prompts": account(),
    "POST /api/assistants/{id}/prompts/{prompt_id}/restore": account(),
    "GET /api/assistants/{id}/schedules": account(),
    "POST /api/assistants/{id}/schedules": account(201, day_of_week=1, start_time="09:00", end_time="18:00"),
    "PUT /api/assistants/{id}/schedules/{schedule_id}": account(enabled=False),
    "DELETE /api/assistants/{id}/schedules/{schedule_id}": account(204),
    "GET /api/assistants/{id}/exceptions": account(),
    "POST /api/assistants/{id}/exceptions": account(201, date="2026-12-24"),
    "PUT /api/assistants/{id}/exceptions/{exception_id}": account(label="Navidad"),
    "DELETE /api/assistants/{id}/exceptions/{exception_id}": account(204),
    "GET /api/schedules/check": account(assistant=Own("assistants")),
    "GET /api/assistants/{id}/sources": account(),
    "POST /api/assistants/{id}/sources": account(201, kind="text", title="El taller", content="Abrimos a las 9."),
    "GET /api/assistants/{id}/sources/{source_id}": account(),
    "DELETE /api/assistants/{id}/sources/{source_id}": account(204),
    "GET /api/assistants/{id}/faq-candidates": account(),
    "POST /api/assistants/{id}/faq-candidates/{candidate_id}/approve": account(),
    "POST /api/assistants/{id}/faq-candidates/{candidate_id}/reject": account(),
    "POST /api/assistants/{id}/train": account(202),
    "GET /api/assistants/{id}/training": account(),
    "GET /api/assistants/{id}/training/{run_id}": account(),
    "POST /api/assistants/{id}/training/{run_id}/publish": account(),
    "POST /api/assistants/{id}/backtest": account(202, conversations=5),
    "GET /api/assistants/{id}/backtests": account(),
    "GET /api/assistants/{id}/backtests/{backtest_id}": account(),
    "GET /api/assistants/{id}/backtests/{backtest_id}/answers": account(),
    "GET /api/integrations": account(),
    "POST /api/integrations": owner(201, platform="telegram", default_assistant_id=Own("assistants")),
    "GET /api/integrations/{id}": account(),
    "PUT /api/integrations/{id}": owner(default_assistant_id=Own("assistants")),
    "DELETE /api/integrations/{id}": owner(204),
    "POST /api/integrations/{id}/connect": owner(),
    "POST /api/integrations/{id}/disconnect": owner(),
    "GET /api/integrations/{id}/status": account(),
    "GET /api/integrations/{id}/capabilities": account(),
    "GET /api/conversations": account(),
    "POST /api/conversations": account(
        201,
        platform="telegram",
        contact_name="Luz",
        integration_id=Own("integrations"),
        assigned_assistant_id=Own("assistants"),
    ),
    "POST /api/conversations/bulk": account(ids=[Own("conversations")], action="tag", value="vip"),
    "GET /api/conversations/{id}": account(),
    "PUT /api/conversations/{id}": account(assigned_assistant_id=Own("assistants")),
    "DELETE /api/conversations/{id}": account(204),
    "PUT /api/conversations/{id}/status": account(status="resolved"),
    "POST /api/conversations/{id}/read": account(),
    "POST /api/conversations/{id}/assign": account(agent_id=Own("team")),
    "POST /api/conversations/{id}/handoff": account(),
    "POST /api/conversations/{id}/resume": account(),
    "GET /api/conversations/{id}/messages": account(),
    "POST /api/conversations/{id}/messages": account(201, content="Hola"),
    "POST /api/messages/{id}/retry": account(),
    "POST /api/media": account(201, file=File("foto.png", PNG)),
    "GET /api/media/{id}": account(),
    "POST /api/media/{id}/link": account(),
    "GET /api/messages/{id}/explanation": account(),
    "PUT /api/messages/{id}/feedback": account(409, score="up"),
    "GET /api/conversations/{id}/drafts": account(),
    "GET /api/conversations/{id}/runs": account(),
    "PUT /api/drafts/{id}": account(content="Hola"),
    "DELETE /api/drafts/{id}": account(204),
    "POST /api/drafts/{id}/send": account(201),
    "GET /api/canned-responses": account(),
    "POST /api/canned-responses": account(201, shortcut="gracias", content="¡Gracias!"),
    "GET /api/canned-responses/{id}": account(),
    "PUT /api/canned-responses/{id}": account(content="Gracias"),
    "DELETE /api/canned-responses/{id}": account(204),
    "GET /api/analytics/dashboard": account(),
    "GET /api/analytics/conversations": account(),
    "GET /api/analytics/assistants": account(),
    "GET /api/analytics/response-time": account(),
    "GET /api/analytics/satisfaction": account(),
}

FOREIGN_KEYS = {
    "version_id": "versions",
    "agent_id": "team",
    "assigned_assistant_id": "assistants",
    "default_assistant_id": "assistants",
    "integration_id": "integrations",
}
"""What the ids in bodies mean, by the collection that they are of."""

TOLD = {"POST /api/conversations/bulk": "ids"}
"""Ids in bodies that are answered as not found where they are foreign: conversations/tests/test_bulk.py."""
