"""The first two stages: pages are fetched and read again, if they changed. Files and texts were read when they came."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from assistants.knowledge.chunks import Material
from assistants.knowledge.files import read_file
from assistants.knowledge.problems import problem
from assistants.knowledge.reading.limits import FILE_BYTES
from assistants.models import Assistant, KnowledgeSource, TrainingRun
from assistants.training.progress import Progress
from flame.lib.fetching import Fetched, FetchError, Refused, TooLarge, UnsafeURL, WrongContentType, fetch

Stage = TrainingRun.Stage
Status = KnowledgeSource.Status
SUFFIX_OF = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "txt",
    "text/markdown": "md",
    "text/csv": "csv",
    "application/json": "json",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}


@dataclass
class Collected:
    materials: list[Material]
    read: int = 0
    unchanged: int = 0
    failed: list[dict[str, Any]] = field(default_factory=list)

    def report(self) -> dict[str, Any]:
        return {
            "total": len(self.materials),
            "read": self.read,
            "unchanged": self.unchanged,
            "failed": self.failed,
        }


def collect(assistant: Assistant, progress: Progress) -> Collected:
    """A page that cannot be had keeps what was read of it before, and its source says why."""
    pages = list(assistant.sources.filter(kind=KnowledgeSource.Kind.URL).order_by("created_at", "id"))
    progress.enter(Stage.COLLECT, len(pages))
    found = Collected([])
    for page in progress.over(pages):  # one at a time: all of them together might not fit into memory
        answer = _fetched(page)
        if isinstance(answer, Fetched):
            _read(page, answer, found)
        else:
            _keep(page, status=Status.FAILED, error=answer)
    progress.enter(Stage.EXTRACT)
    failed = assistant.sources.filter(status=Status.FAILED).order_by("created_at", "id")
    found.failed = [{"id": str(each.id), "title": each.title, **(each.error or {})} for each in failed]
    found.materials = materials_of(assistant)
    return found


def materials_of(assistant: Assistant) -> list[Material]:
    sources = assistant.sources.order_by("created_at", "id")
    return [Material(str(each.id), each.title, each.content, tuple(each.items)) for each in sources]


def _fetched(page: KnowledgeSource) -> Fetched | dict[str, Any]:
    """The page, or what is wrong with it."""
    try:
        return fetch(page.url, max_bytes=FILE_BYTES, content_types=SUFFIX_OF)
    except UnsafeURL:
        return problem("address_refused")
    except TooLarge:
        return problem("address_too_large")
    except WrongContentType:
        return problem("address_unreadable")
    except Refused as refused:
        return problem("address_answered", status=refused.status)
    except FetchError:
        return problem("address_silent")


def _read(page: KnowledgeSource, fetched: Fetched, found: Collected) -> None:
    digest = hashlib.sha256(fetched.content).hexdigest()
    if digest == page.digest and page.status == Status.READY:
        found.unchanged += 1
        return
    answer = read_file(SUFFIX_OF[fetched.content_type], _as_utf8(fetched))
    if "error" in answer:
        _keep(page, status=Status.FAILED, error=answer["error"])
        return
    found.read += 1
    read = {"content": "", "items": [], **answer}
    _keep(page, status=Status.READY, error=None, digest=digest, **read)


def _as_utf8(fetched: Fetched) -> bytes:
    """As the server says; a page that says otherwise in itself is wrong more often."""
    if not fetched.charset or not fetched.content_type.startswith(("text/", "application/xhtml")):
        return fetched.content
    try:
        return fetched.content.decode(fetched.charset, "replace").encode()
    except LookupError:
        return fetched.content


def _keep(page: KnowledgeSource, **columns: Any) -> None:
    """Its owner may have removed it meanwhile."""
    KnowledgeSource.objects.filter(pk=page.pk).update(updated_at=timezone.now(), **columns)
