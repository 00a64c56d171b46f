from datetime import timedelta

import pytest
from django.utils import timezone

from assistants.models import Assistant, KnowledgeSource
from assistants.tests.conftest import learn, model, model_process  # noqa: F401 - fixtures
from conversations.models import Conversation, Message
from conversations.tests.media import Folder, Phone

HOURS = "Abrimos de lunes a sábado de 9:00 a 19:00."


def open_thread(integration, contact="5215559999", **fields):
    now = timezone.now()
    window = None if integration.platform == "telegram" else now + timedelta(hours=24)
    defaults = {"contact_name": "Eva", "last_inbound_at": now, "window_expires_at": window}
    return Conversation.objects.create(
        user=integration.user,
        integration=integration,
        platform=integration.platform,
        contact_external_id=contact,
        **{**defaults, **fields},
    )


@pytest.fixture
def thread_of():
    return open_thread


@pytest.fixture
def thread(shop):
    return open_thread(shop)


@pytest.fixture
def chat(bot):
    return open_thread(bot, "7777")


@pytest.fixture
def storage(settings, tmp_path):
    folder = tmp_path / "media"
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    return Folder(folder)


@pytest.fixture
def phone(sandbox, receiver, wire):
    return Phone(sandbox, receiver, wire)


@pytest.fixture
def helper(ana, shop):
    """An assistant that knows one thing, answering by default on the shop's number."""
    assistant = Assistant.objects.create(user=ana, name="Asistente", type="ai", timezone="UTC")
    items = [{"question": "¿A qué hora abren?", "answer": HOURS, "phrasings": ["horario", "what time do you open"]}]
    KnowledgeSource.objects.create(assistant=assistant, kind="faq", title="Horario", items=items)
    learn(assistant)
    shop.default_assistant = assistant
    shop.save()
    return assistant


def replies():
    """What assistants said to customers."""
    return spoken(internal=False)


def notes():
    """What assistants told the team."""
    return spoken(internal=True)


def spoken(**which):
    said = Message.objects.filter(sender="assistant", **which).order_by("sequence")
    return list(said.values_list("content", flat=True))
