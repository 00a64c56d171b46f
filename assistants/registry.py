"""Which engines answer, in which order. An engine's libraries load when it is first asked: most processes never do."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from typing import Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

from assistants.dialogue import Dialogue, Reply
from assistants.models import Assistant
from assistants.providers.base import Provider, ProviderError, Watch

logger = logging.getLogger(__name__)

ENGINES = {
    "openai": "assistants.providers.openai.OpenAIProvider",
    "embedded": "assistants.providers.embedded.EmbeddedProvider",
}


FREE = ["embedded"]
"""Those that cost nothing and cannot fail, so they end every list."""


def engines() -> list[str]:
    """The names to ask, first to last."""
    return ["openai", *FREE] if settings.OPENAI_API_KEY else FREE


def answer(names: Sequence[str], assistant: Assistant, dialogue: Dialogue, language: str, watch: Watch) -> Reply:
    """The first engine's answer that is one. `trace.fallback` says which failed before it, and why."""
    failed: list[dict[str, Any]] = []
    for name in names[:-1]:
        try:
            return _provider(name).answer(assistant, dialogue, language, watch)
        except ProviderError as error:
            logger.warning("Engine %s gave no answer for assistant %s: %s", name, assistant.pk, error.code)
            failed.append({"engine": name, "error": error.code, **error.detail})
            watch = Watch(cancelled=watch.cancelled)
    reply = _provider(names[-1]).answer(assistant, dialogue, language, watch)
    return replace(reply, trace=replace(reply.trace, fallback=tuple(failed)))


def embedding_model() -> str:
    """Empty where there are no embeddings. The embedded engine, which needs no server, never asks for any."""
    return settings.OPENAI_EMBEDDING_MODEL if settings.OPENAI_API_KEY else ""


def embedder() -> Any:
    """assistants.providers.embeddings, whose libraries load only where a model is set."""
    return import_module("assistants.providers.embeddings")


@lru_cache
def _provider(name: str) -> Provider:
    return cast("Provider", import_string(ENGINES[name])())
