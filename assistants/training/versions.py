"""Versions of what an assistant knows: stored whole, swapped in one commit. The last few stay, to go back to."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from assistants.models import Assistant, KnowledgeVersion

KEPT = 5


@dataclass(frozen=True)
class Product:
    """What a training made, ready for the database."""

    digest: str
    passages: int
    blob: bytes
    report: dict[str, Any]


def store(assistant: Assistant, product: Product) -> KnowledgeVersion:
    """A new version that answers nobody yet. The caller holds the assistant's lock, so numbers do not collide."""
    newest = assistant.versions.aggregate(newest=Max("number"))["newest"] or 0
    made: KnowledgeVersion = assistant.versions.create(
        number=newest + 1,
        digest=product.digest,
        passages=product.passages,
        report=product.report,
        blob=product.blob,
    )
    old = assistant.versions.filter(published=False).order_by("-number").values_list("pk", flat=True)[KEPT:]
    KnowledgeVersion.objects.filter(pk__in=list(old)).delete()
    return made


def publish(version: KnowledgeVersion) -> None:
    """From the commit on it answers. The caller holds the assistant's lock."""
    with transaction.atomic():
        KnowledgeVersion.objects.filter(assistant=version.assistant_id, published=True).update(published=False)
        KnowledgeVersion.objects.filter(pk=version.pk).update(published=True)
