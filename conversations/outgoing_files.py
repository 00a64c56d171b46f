"""Files on their way out: in which messages they go, and their bytes when they are sent.

A row names them in `metadata["attachments"]`: `{id, type}`, a file of ours, or `{type, url, name?, state: "linked"}`,
one that the platform is to fetch by itself. `uncaptioned`: the row's text only stands for the file.
"""

from dataclasses import replace
from typing import Any

from django.core.files.storage import default_storage

from conversations.media_links import public_link_to
from conversations.models import Message
from integrations.platforms.base import OutboundFile, OutboundMessage, Platform, PlatformError
from integrations.platforms.content import PLACEHOLDERS

Metadata = dict[str, Any]
Piece = tuple[str, Metadata]
KEPT = ("reply_to", "wait_for_customer", "format")
"""What a message with a file keeps of what was said of all; the first one alone is the reply."""


def file_pieces(platform: Platform, text: str, metadata: Metadata) -> tuple[list[Piece], str]:
    """One message a file, and the text that is left to follow them: what is too long for a caption, or has choices."""
    files = metadata["attachments"]
    kind = files[0]["type"]
    able = platform.capabilities.media_of(kind)
    caption = "" if metadata.get("uncaptioned") else text
    fits = able is not None and platform.capabilities.size(caption) <= able.caption and not metadata.get("choices")
    above, left = (caption, "") if fits else ("", caption)
    facts: Metadata = {name: metadata[name] for name in KEPT if name in metadata}
    pieces: list[Piece] = []
    for file in files:
        shown: Metadata = {**facts, "attachments": [file]}
        pieces.append((above, shown) if above.strip() else (PLACEHOLDERS[kind], {**shown, "uncaptioned": True}))
        above = ""
        facts.pop("reply_to", None)
    return pieces, left


def file_of(message: Message) -> OutboundFile | None:
    """What goes with the message, without its bytes."""
    named = ((message.metadata or {}).get("attachments") or [None])[0]
    if named is None:
        return None
    if "id" not in named:
        return OutboundFile(type=named["type"], url=named.get("url", ""), name=named.get("name", ""))
    row = message.attachments.filter(pk=named["id"]).first()
    if row is None:
        return OutboundFile(type=named["type"])
    return OutboundFile(type=named["type"], url=public_link_to(row.pk), name=row.name, mime=row.mime, size=row.size)


def with_bytes(message: Message, outbound: OutboundMessage) -> OutboundMessage:
    """Raises PlatformError when the storage does not give them: for now, or for good."""
    row = message.attachments.first() if outbound.file else None
    if outbound.file is None or (row is None and outbound.file.url):
        return outbound
    if row is None:
        raise PlatformError("permanent", "no_file", "The file is no longer kept.")
    try:
        with default_storage.open(row.file) as file:
            content = file.read()
    except FileNotFoundError:
        raise PlatformError("permanent", "no_file", "The file is no longer kept.") from None
    except Exception as error:  # noqa: BLE001 - each storage has its own exceptions
        raise PlatformError("retry", "storage", f"The storage gave no file ({type(error).__name__}).") from None
    return replace(outbound, file=replace(outbound.file, content=content))
