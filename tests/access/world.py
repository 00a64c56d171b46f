"""Two accounts with the same furniture, the collections named as in paths; and all that a table holds, to compare."""

from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Model
from django.utils import timezone

from accounts.models import IdempotencyKey, RefreshFamily, User
from assistants.models import Assistant
from assistants.prompts import version_of
from conversations.models import Attachment, Conversation, Message
from integrations.models import Integration

OURS = {"accounts", "assistants", "integrations", "conversations", "analytics"}
# Tokens and tries are no data of anyone's; `last_login` and the like live in rows that are compared.
PASSING = {RefreshFamily, IdempotencyKey}
FAILED = {"error": {"code": "131026", "class": "recipient", "message": "x", "retryable": False}}


def furnished(owner: User, mark: str) -> dict[str, str]:
    """One object of every collection that has an id in some path."""
    person = {"email": f"agent.{mark}@example.com", "name": f"Agente {mark}"}
    agent = User.objects.create(**person, role="agent", team_owner=owner)
    assistant = owner.assistants.create(name=f"Asistente {mark}", type="auto")
    bot = Integration.objects.create(
        user=owner,
        platform="telegram",
        status="active",
        credentials={"bot_token": f"70{mark}:AA-token-of-{mark}", "webhook_secret": f"secret-{mark}"},
    )
    thread = Conversation.objects.create(
        user=owner,
        integration=bot,
        platform="telegram",
        contact_external_id=f"55{mark}",
        contact_name=f"Cliente {mark}",
        assigned_assistant=assistant,
        last_inbound_at=timezone.now(),
        last_sequence=2,
    )
    Message.objects.create(conversation=thread, sequence=2, content=f"¿Hola {mark}?", sender="user")
    message = Message.objects.create(
        conversation=thread, sequence=1, content=f"Hola {mark}", sender="agent", status="failed", metadata=FAILED
    )
    picture = Attachment.objects.create(
        user=owner, message=message, type="image", state="stored", mime="image/png", file=f"of-{mark}"
    )
    default_storage.delete(picture.file)
    default_storage.save(picture.file, ContentFile(b"a picture"))
    run = message.runs.create(user=owner, assistant=assistant, conversation=thread, question=f"¿{mark}?")
    hours = assistant.schedules.create(day_of_week=1, start_time="09:00", end_time="18:00")
    things = {
        "team": agent,
        "assistants": assistant,
        "schedules": hours,
        "exceptions": assistant.exceptions.create(date="2026-12-25"),
        "prompts": version_of(assistant),
        **learning(assistant, mark),
        "integrations": bot,
        "conversations": thread,
        "messages": message,
        "media": picture,
        "drafts": thread.drafts.create(id=run.id, run=run, reason="reply_mode", written="Hola", content="Hola"),
        "canned-responses": owner.canned_responses.create(shortcut=f"hola-{mark}", content="¡Hola!"),
    }
    return {collection: str(thing.pk) for collection, thing in things.items()}


def learning(assistant: Assistant, mark: str) -> dict[str, Model]:
    """What an assistant knows, and how."""
    version = assistant.versions.create(number=1, digest=mark, passages=1, blob=b"")
    asked = {"question": "¿Abren?", "answer": "Sí.", "key": mark, "asked_at": timezone.now()}
    return {
        "versions": version,
        "backtests": assistant.backtests.create(user=assistant.user),
        "sources": assistant.sources.create(kind="text", title=f"Texto {mark}", content="Abrimos a las 9."),
        "training": assistant.training_runs.create(version=version, status="needs_review", status_before="active"),
        "faq-candidates": assistant.faq_candidates.create(**asked),
    }


def everything() -> set[tuple[Any, ...]]:
    """Every row of every table of ours."""
    models = [model for model in apps.get_models() if model._meta.app_label in OURS and model not in PASSING]
    return {
        (model.__name__, *map(repr, row)) for model in models for row in model._default_manager.values_list().iterator()
    }
