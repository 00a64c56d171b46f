from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.models import Conversation
from conversations.tests.media import Folder, Phone


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
