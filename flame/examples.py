"""The examples of the API's description: one shop, one customer, one question and its answer."""

from http import HTTPStatus
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy

from flame.lib.errors import BY_STATUS
from flame.lib.openapi_examples import give_examples

OWNER = "593f7f56-fc0e-4a06-a629-7ae1a6eebb8f"
AGENT = "0d2b4c0a-6a0f-4f0e-8a55-2f1f4b9f7c11"
ASSISTANT = "6e76d382-e607-4386-ae64-776853221a31"
INTEGRATION = "2e9c50d4-4177-41b6-9d3d-5e6a58431588"
CONVERSATION = "98fbe148-ee60-4a3b-b956-95926dcc260d"
QUESTION = "86b42440-411e-4d7f-b9c6-0d68d43a3880"
ANSWER = "c3eed7f8-c867-45ce-b18b-e00c5ac8a301"
RUN = "fe7dfd64-cb00-4ced-bbef-51d197435c40"
VERSION = "4f95fd12-8274-4ea6-851e-1ecfceab732f"
SOURCE = "d2eb0bb6-caef-454b-9c1d-1fb4864837d6"
FILE = "a1d7c2b9-0f4e-4f5c-9f0b-5c1f2b8f6d20"
REQUEST = "7c2f0c164539445c8bccfe10c8623db9"

ASKED, ANSWERED = "2026-03-02T16:04:05.120Z", "2026-03-02T16:04:08.340Z"
OPENING = "Abrimos de lunes a sábado de 10:00 a 20:00."
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VySWQiOiI1OTNmIn0.c2lnbmF0dXJl"
EXPLAINED = {"id": "p1", "source_id": SOURCE, "title": "Horarios", "text": OPENING, "score": 0.93, "cited": True}
TIMES = {"median": 42.0, "p90": 310.5, "mean": 96.2, "n": 128}

WORDS: dict[str, Any] = {
    # Who and what it is about.
    "user_id": OWNER,
    "account_id": OWNER,
    "team_owner_id": None,
    "agent_id": AGENT,
    "assigned_agent_id": AGENT,
    "assistant_id": ASSISTANT,
    "assigned_assistant_id": ASSISTANT,
    "default_assistant_id": ASSISTANT,
    "integration_id": INTEGRATION,
    "conversation_id": CONVERSATION,
    "in_reply_to": QUESTION,
    "message_id": ANSWER,
    "run_id": RUN,
    "version_id": VERSION,
    "source_id": SOURCE,
    "author_id": OWNER,
    "settled_by": None,
    "client_id": None,
    "request_id": REQUEST,
    # People and their words.
    "email": "demo@example.com",
    "password": "lumbre-y-ceniza-9",
    "current_password": "lumbre-y-ceniza-8",
    "access": JWT,
    "refresh": JWT,
    "token": "x3Jt0mZ7nq0Vb1sYd5cQ2w",
    "ticket": "x3Jt0mZ7nq0Vb1sYd5cQ2w",
    "timezone": "America/Mexico_City",
    "tz": "America/Mexico_City",
    "language": "es",
    "avatar_url": None,
    "contact_name": "Lucía Pérez",
    "contact_phone": "+525550001111",
    "contact_email": "lucia@example.com",
    "contact_username": "lucia.mx",
    "contact_external_id": "5215550001111",
    "external_id": "wamid.HBgNNTIxNTU1MDAwMTExMRUC",
    "question": "¿A qué hora abren?",
    "answer": OPENING,
    "text": OPENING,
    "content": OPENING,
    "written": OPENING,
    "last_message": "¿A qué hora abren?",
    "phrasings": ["¿Cuál es su horario?"],
    "choices": [],
    "tags": ["vip"],
    "title": "Horarios",
    "shortcut": "horario",
    "label": "Navidad",
    "description": "Responde con las preguntas frecuentes.",
    "auto_response": "¡Hola, {{first_name}}! Te respondemos enseguida.",
    "out_of_hours_text": "Ahora está cerrado. Te escribimos mañana.",
    "ai_prompt": "Eres Chispa, de Tienda Fuego. Responde breve y amable.",
    "reason": "requested",
    # What happens to it.
    "error": "",
    "error_code": None,
    "outcome_reason": "",
    "resolved_at": None,
    "failed_at": None,
    "read_at": None,
    "contact_unreachable_at": None,
    "sent_at": ANSWERED,
    "delivered_at": ANSWERED,
    "occurred_at": ASKED,
    "window_expires_at": "2026-03-03T16:04:05.120Z",
    "expires_at": "2026-03-02T16:19:05.120Z",
    "expires_in": 86400,
    "confidence": 0.93,
    "cost": 0.0,
    "passages": [EXPLAINED],
    "tries": [],
    "tool_calls": [],
    "fallback": [],
    "guard": {},
    "credentials": {"phone_number_id": "2007", "access_token": "••••0001"},
    "webhook_url": "https://flame.example.com/api/webhooks/whatsapp",
    "human_agent": False,
    "internal": False,
    "resync": False,
    "model": "",
    "priority": "medium",
    "group_by": "day",
    "finished_at": ANSWERED,
    "prompt_version": 3,
    "knowledge_version": VERSION,
    "tokens_in": 0,
    "tokens_out": 0,
    "first_token_ms": None,
    "total_ms": 12,
    "outcome": "sent",
    "max_tokens": 500,
    "temperature": 0.7,
    "max_tokens_per_day": None,
    "max_cost_per_day": None,
    "mime": "application/pdf",
    "start_time": "10:00:00",
    "end_time": "20:00:00",
    "next": None,
    "previous": None,
    "from": "2026-02-24T06:00:00.000Z",
    "to": "2026-03-03T06:00:00.000Z",
    "start": "2026-03-02T06:00:00.000Z",
    "end": "2026-03-03T06:00:00.000Z",
    "uptime": 86400.5,
    "memory": {"rss": 162549760},
    "queue": {"dead": 0, "stale": 0},
    # Where a name means something else, or the parts have to fit each other.
    "User.id": OWNER,
    "User.name": "Tienda Fuego",
    "RegisterRequest.name": "Tienda Fuego",
    "InviteRequest.name": "Bruno Díaz",
    "InviteRequest.email": "bruno@example.com",
    "ProfileRequest": {"name": "Tienda Fuego", "timezone": "America/Mexico_City", "language": "es"},
    "Notice.message": "Si la dirección es de una cuenta, el correo está en camino.",
    "Assistant.id": ASSISTANT,
    "Assistant.name": "Chispa",
    "AssistantRequest": {"name": "Chispa", "type": "ai", "reply_mode": "auto", "timezone": "America/Mexico_City"},
    "PatchedAssistantRequest": {"status": "inactive"},
    "PatchedCannedResponseRequest": {"content": OPENING},
    "PatchedScheduleRequest": {"end_time": "18:00"},
    "PatchedScheduleExceptionRequest": {"label": "Navidad"},
    "ScheduleException.date": "2026-12-25",
    "ScheduleException.start_time": None,
    "ScheduleException.end_time": None,
    "ScheduleExceptionRequest": {"date": "2026-12-25", "label": "Navidad"},
    "PromptVersion.text": "Eres Chispa, de Tienda Fuego. Responde breve y amable.",
    "BacktestOrderRequest": {"conversations": 50, "ai_prompt": "Responde en una frase."},
    "Backtest.report": None,
    "QuestionRequest": {"question": "¿A qué hora abren?"},
    "Preview.passages": [{name: EXPLAINED[name] for name in ("source_id", "title", "text", "score")}],
    "Run.id": RUN,
    "Run.decision": "answer",
    "Run.reason": "",
    "Run.engine": "embedded",
    "Run.feedback": None,
    "BacktestAnswer.decision": "answer",
    "BacktestAnswer.reason": "",
    "BacktestAnswer.engine": "embedded",
    "BacktestAnswer.feedback": None,
    "Preview.engine": "embedded",
    "FeedbackRequest": {"score": "down", "reason": "El precio es de 2025."},
    "Training.report": None,
    "Training.version_id": None,
    "Training.finished_at": None,
    "Training.stage": "index",
    "Training.done": 12,
    "Training.total": 40,
    "Training.error": None,
    "Source.id": SOURCE,
    "Source.url": "",
    "Source.error": None,
    "OneSource.id": SOURCE,
    "OneSource.url": "",
    "OneSource.content": "",
    "OneSource.error": None,
    "SourceRequest": {"kind": "text", "title": "Horarios", "content": OPENING},
    "Integration.id": INTEGRATION,
    "Integration.name": "Tienda Fuego · WhatsApp",
    "IntegrationCreateRequest": {
        "platform": "whatsapp",
        "name": "Tienda Fuego · WhatsApp",
        "credentials": {
            "phone_number_id": "2007",
            "business_account_id": "1009",
            "access_token": "EAAG-token-of-the-system-user",
            "app_secret": "9f2c-secret-of-the-app",
            "verify_token": "chispa-y-lumbre",
        },
        "default_assistant_id": ASSISTANT,
    },
    "IntegrationChangeRequest": {"credentials": {"access_token": "EAAG-token-of-the-system-user"}},
    "Standing.account": {"name": "Tienda Fuego", "display_phone_number": "525550009999", "quality_rating": "GREEN"},
    "Standing.connected": False,
    "Standing.status": "error",
    "Standing.error": "Error validating access token: Session has expired",
    "Obstacle.code": "credentials_refused",
    "Obstacle.message": "El token ha caducado o no tiene permiso; consigue uno nuevo y vuelve a conectar.",
    "Capabilities.platform": "whatsapp",
    "Capabilities.html": False,
    "Capabilities.window_hours": 24,
    "Capabilities.human_agent_hours": None,
    "Capabilities.text": {"max": 4096, "unit": "characters"},
    "Capabilities.media": [{"type": "image", "mimes": ["image/jpeg"], "max_bytes": 5242880, "max_caption": 1024}],
    "Capabilities.choices": [{"kind": "buttons", "max": 3, "max_title": 20, "max_id": 256, "max_text": 1024}],
    "Conversation.id": CONVERSATION,
    "Conversation.assigned_agent_id": None,
    "ConversationCreateRequest": {
        "platform": "whatsapp",
        "contact_name": "Lucía Pérez",
        "contact_phone": "+525550001111",
        "contact_external_id": "5215550001111",
        "integration_id": INTEGRATION,
    },
    "ConversationChangeRequest": {"priority": "high", "tags": ["vip"]},
    "StatusChangeRequest": {"status": "resolved"},
    "HandoffRequest": {"reason": "Pide hablar con una persona"},
    "BulkChangeRequest": {"ids": [CONVERSATION], "action": "tag", "value": "vip"},
    "BulkResult": {"changed": [CONVERSATION], "unchanged": [], "not_found": []},
    "Message.id": ANSWER,
    "Message.sender": "agent",
    "Message.assistant_id": None,
    "Message.metadata": {},
    "Message.external_id": None,
    "Message.sent_at": None,
    "Message.delivered_at": None,
    "NewMessageRequest": {"content": OPENING},
    "Draft.message_id": None,
    "Draft.settled_at": None,
    "Draft.reason": "reply_mode",
    "DraftSendingRequest": {"content": OPENING},
    "Attachment.id": FILE,
    "Attachment.type": "file",
    "Attachment.name": "catalogo.pdf",
    "Attachment.size": 48213,
    "Attachment.state": "stored",
    "Attachment.url": f"/api/media/{FILE}",
    "Link.url": f"/api/media/{FILE}?expires=1772468345&signature=0f4e5c9b",
    "Envelope.v": 1,
    "Envelope.seq": 1042,
    "Envelope.type": "conversation.read",
    "Envelope.data": {"conversation": {"id": CONVERSATION, "unread_count": 0}},
    "Actor.type": "agent",
    "Actor.id": AGENT,
    "Events.last_seq": 1042,
    "Outlook.local_time": "2026-03-02T10:04:05-06:00",
    "Outlook.label": "",
    "Outlook.range": {"date": "2026-03-02", "start_time": "10:00:00", "end_time": "20:00:00"},
    "Outlook.basis": "range",
    "Outlook.next_change_at": "2026-03-03T02:00:00.000Z",
    "Outlook.reason": "open",
    "Outlook.text": None,
    "Outlook.why": "El asistente está abierto.",
    "Distribution": TIMES,
    "Share": {"share": 0.71, "n": 63},
    "Satisfaction": {
        "share": 0.9,
        "mean": 4.5,
        "n": 20,
        "response_rate": None,
        "distribution": {"1": 0, "2": 1, "3": 1, "4": 4, "5": 14},
    },
    **{f"{report}Part.key": "whatsapp" for report in ("Dashboard", "Conversations", "Satisfaction")},
    **{f"{report}Part.label": "WhatsApp" for report in ("Dashboard", "Conversations", "Satisfaction")},
    **{f"{report}Part.key": ASSISTANT for report in ("Assistants", "ResponseTime")},
    **{f"{report}Part.label": "Chispa" for report in ("Assistants", "ResponseTime")},
    "Error": {
        "error": "Los datos enviados no son válidos.",
        "code": "validation_error",
        "details": [{"field": "contact_name", "code": "required", "message": "Este campo es requerido."}],
        "request_id": REQUEST,
    },
}


COMMONEST = {
    403: (("token_invalid", gettext_lazy("Invalid token")), BY_STATUS[403]),
    429: (("rate_limited", gettext_lazy("Too many requests from this IP")),),
}
"""What says more than the status alone."""


def show_examples(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """A postprocessing hook of drf-spectacular."""
    give_examples(result, WORDS)
    for name, answer in result["components"]["responses"].items():
        status = int(name.removeprefix("Error") or 500)
        answer["content"] = {"application/json": {**answer["content"]["application/json"], "examples": said(status)}}
    return result


def said(status: int) -> dict[str, Any]:
    """What refusals of a status say, in the language of who asks for none."""
    with translation.override("es"):
        codes = {code: str(sentence) for code, sentence in COMMONEST.get(status, (BY_STATUS[status],))}
    bare = {"details": [], "request_id": REQUEST}
    shown = {code: {"value": {"error": sentence, "code": code, **bare}} for code, sentence in codes.items()}
    return {"validation_error": {"value": WORDS["Error"]}, **shown} if status == HTTPStatus.BAD_REQUEST else shown
