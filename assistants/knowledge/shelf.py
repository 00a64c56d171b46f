"""The index of an assistant's present knowledge, kept per process until a source changes."""

import uuid
from datetime import datetime
from functools import lru_cache

from assistants.knowledge.index import Index
from assistants.knowledge.passages import passages_of
from assistants.models import Assistant, KnowledgeSource

_Edition = tuple[tuple[uuid.UUID, datetime], ...]


def index_of(assistant: Assistant) -> Index:
    """Asks the database for the sources' ages only, as long as nothing changed."""
    edition = tuple(assistant.sources.order_by("created_at", "id").values_list("id", "updated_at"))
    return _index(edition)


@lru_cache(maxsize=64)
def _index(edition: _Edition) -> Index:
    ids = [source_id for source_id, _ in edition]
    return Index(passages_of(KnowledgeSource.objects.filter(pk__in=ids).order_by("created_at", "id")))
