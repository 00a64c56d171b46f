"""Files of messages: the row beside its message, and what becomes of it. The storage is touched elsewhere."""

import uuid
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from accounts import stream
from accounts.stream import SYSTEM
from conversations.actions.announce import announce_message
from conversations.actions.threads import lock_conversation
from conversations.models import Attachment, Conversation, Message
from conversations.models.attachments import KINDS

State = Attachment.State
Metadata = dict[str, Any]

MAX_FILES = 30
"""As many as one message brings on any platform."""
SHOWN = ("type", "voice", "animated")
"""What a message says of its files in `metadata`; the rest is in their rows."""


def split_off(metadata: Metadata, account_id: uuid.UUID) -> tuple[Metadata, list[Attachment]]:
    """What a message keeps of its files, and their rows, which alone know where the platform has them.

    What may not be kept stays a link in the message.
    """
    found = metadata.get("attachments")
    if not found:
        return metadata, []
    rows: list[Attachment] = []
    shown: list[Metadata] = []
    for place, said in enumerate(found[:MAX_FILES]):
        facts = {name: said[name] for name in SHOWN if name in said}
        if said.get("link_only"):
            shown.append({**facts, "state": "linked", "url": said.get("url", "")})
            continue
        row = row_of(said, account_id, place)
        rows.append(row)
        shown.append({**facts, "id": str(row.id)})
    return {**metadata, "attachments": shown}, rows


def row_of(said: Metadata, account_id: uuid.UUID, place: int) -> Attachment:
    size, kind = said.get("size"), said.get("type")
    return Attachment(
        user_id=account_id,
        position=place,
        type=kind if kind in dict(KINDS) else "file",
        mime=str(said.get("mime", ""))[:255],
        name=plain_name(str(said.get("name", ""))),
        size=size if isinstance(size, int) and 0 <= size < 2**63 else None,
        source=said,
        next_at=timezone.now(),
    )


def plain_name(name: str) -> str:
    """A file's own name, whatever path came with it; nothing in it that a terminal or a header would obey."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(sign for sign in last if sign.isprintable()).strip()[-255:]


def keep_files(message: Message, rows: list[Attachment]) -> None:
    for row in rows:
        row.message = message
    Attachment.objects.bulk_create(rows)


class FileTaken(Exception):
    """A file was sent with another message, or waited too long for one."""


def attach_uploads(message: Message) -> None:
    """Give a new message the uploads that it names. Of two messages that name one, the first has it: FileTaken."""
    named = [each["id"] for each in (message.metadata or {}).get("attachments", ()) if "id" in each]
    if not named:
        return
    unsent = Attachment.objects.uploads(message.conversation.user_id, timezone.now()).filter(pk__in=named)
    if unsent.update(message=message, expires_at=None) != len(named):
        raise FileTaken


def claim_download(attachment_id: uuid.UUID) -> tuple[Attachment, str] | None:
    """The file to fetch, now ours for a while, and what an earlier try may have left in the storage."""
    now = timezone.now()
    files = Attachment.objects.due(now).select_related("message__integration")
    row = files.filter(pk=attachment_id).first()
    if row is None:
        return None
    left, row.file = row.file, f"attachments/{row.user_id}/{row.id}-{row.attempts + 1}"
    lease = timedelta(seconds=settings.FETCH_LEASE_SECONDS)
    claimed = Attachment.objects.due(now).filter(pk=row.pk, attempts=row.attempts)
    if not claimed.update(attempts=F("attempts") + 1, file=row.file, next_at=now + lease):
        return None
    row.attempts += 1
    return row, left


def settle_download(row: Attachment, **fields: Any) -> bool:
    """What became of a try, told to whoever watches. False: the claim is lost, or the message is gone."""
    with stream.gathered():
        message = message_of(row)
        ours = Attachment.objects.filter(pk=row.pk, attempts=row.attempts, state=State.PENDING)
        if message is None or not ours.filter(message=message).update(**fields):
            return False
        announce_message("updated", message, message.conversation, SYSTEM)
    return True


def message_of(row: Attachment) -> Message | None:
    """The file's message, its thread locked."""
    message = Message.objects.filter(attachments=row).first()
    if message is None:
        return None
    try:
        message.conversation = lock_conversation(message.conversation_id)
    except Conversation.DoesNotExist:
        return None
    return message


def retry_download(row: Attachment, error: str, at: datetime) -> bool:
    """Try again then. Nobody is told: for them the file is still on its way."""
    ours = Attachment.objects.filter(pk=row.pk, attempts=row.attempts, state=State.PENDING)
    return bool(ours.update(next_at=at, error=error))


def let_go_of_files(message: Message) -> None:
    """The message no longer has them: they are pruned, with their bytes."""
    message.attachments.update(message=None, next_at=None)
