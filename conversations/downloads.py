"""Fetching customers' files. The text is there before, and whatever becomes of a file, stays as it is."""

import hashlib
import logging
import random
import threading
import uuid
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from conversations.actions.attachments import claim_download, retry_download, settle_download
from conversations.models import Attachment
from flame.lib.database import release_connection
from flame.lib.file_types import type_of
from integrations.actions import report_error
from integrations.media import NoFile, bring
from integrations.models import Integration

logger = logging.getLogger(__name__)
State = Attachment.State

FETCHERS = 3
"""How many threads of a process fetch at a time: replies need the others, however slow a link is."""
BACKOFF = (5, 30, 120, 600, 1800, 7200, 21_600, 43_200)
"""Seconds to the next try, ±20 %: together a day. WhatsApp keeps a file for seven days, the others a link for less."""


_fetchers = threading.BoundedSemaphore(FETCHERS)


def fetch_due() -> int:
    """Fetch what is due, until nothing is; answers how many are stored. Does nothing while FETCHERS are at it."""
    if not _fetchers.acquire(blocking=False):
        return 0
    try:
        stored = 0
        while due := files_due():
            stored += sum(map(fetch_file, due))
        return stored
    finally:
        _fetchers.release()


def files_due(limit: int = 20) -> list[uuid.UUID]:
    due = Attachment.objects.due(timezone.now()).order_by("next_at")
    return list(due.values_list("pk", flat=True)[:limit])


def fetch_file(attachment_id: uuid.UUID) -> bool:
    """Fetch one file, if it is due and nobody else has it; whether it is stored now."""
    claimed = claim_download(attachment_id)
    if claimed is None:
        return False
    row, left = claimed
    try:
        if left:
            default_storage.delete(left)
        store(row)
    except NoFile as error:
        if row.message and row.message.integration and error.refusal:
            report_error(row.message.integration, error.refusal)
        give_up(row, error) if is_last(row, error) else come_again(row, error)
        return False
    return True


def store(row: Attachment) -> None:
    """Raises NoFile."""
    integration = row.message.integration if row.message else None
    if integration is None:
        raise NoFile("no_integration", "The account that had it is gone.", temporary=False)
    if integration.status != Integration.Status.ACTIVE:
        raise NoFile("not_connected", "The account is not connected.", temporary=True)
    release_connection()  # however slow the platform is
    content = bring(integration, row.source).content
    keep(row.file, content)
    stored = settle_download(
        row,
        state=State.STORED,
        mime=type_of(content, row.mime, row.name),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        source={},
        next_at=None,
        error="",
    )
    if not stored:
        default_storage.delete(row.file)


def keep(name: str, content: bytes) -> None:
    """Raises NoFile: a storage that is full or away now may not be so later."""
    try:
        default_storage.save(name, ContentFile(content))
    except Exception as error:
        logger.exception("The storage did not take a file.")
        raise NoFile("storage", f"The storage did not take it ({type(error).__name__}).", temporary=True) from None


def is_last(row: Attachment, error: NoFile) -> bool:
    return not error.temporary or row.attempts > len(BACKOFF)


def give_up(row: Attachment, error: NoFile) -> None:
    logger.warning("Attachment %s is given up: %s (%s)", row.pk, error, error.code)
    default_storage.delete(row.file)  # of what was written before the disk was full
    settle_download(row, state=State.FAILED, source={}, file="", next_at=None, error=f"{error.code}: {error}"[:500])


def come_again(row: Attachment, error: NoFile) -> None:
    wait = BACKOFF[row.attempts - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing
    retry_download(
        row,
        f"{error.code}: {error}"[:500],
        timezone.now() + timedelta(seconds=max(wait, error.retry_after or 0)),
    )
