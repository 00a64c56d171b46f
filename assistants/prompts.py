"""The versions of an assistant's prompt: which one is in force, and back to an older one."""

from django.db import IntegrityError, transaction

from accounts.models import User
from assistants.models import Assistant, PromptVersion


def version_of(assistant: Assistant, author: User | None = None) -> PromptVersion:
    """The version in force. A prompt that is not the newest one's text becomes a new version, whoever changed it."""
    text = assistant.ai_prompt or ""
    while True:
        newest = assistant.prompt_versions.first()
        if newest is not None and newest.text == text:
            return newest
        number = newest.number + 1 if newest else 1
        try:
            with transaction.atomic():
                return assistant.prompt_versions.create(number=number, text=text, author=author)
        except IntegrityError:
            if not assistant.prompt_versions.filter(number=number).exists():
                raise


def restore(version: PromptVersion, author: User | None) -> PromptVersion:
    """Make an older text the prompt again, as a version of its own. The caller holds the assistant's row."""
    assistant = version.assistant
    assistant.ai_prompt = version.text
    assistant.save(update_fields=["ai_prompt"])
    return version_of(assistant, author)
