"""What a message row means to a platform, and in which pieces a text becomes rows.

A row says in its `metadata`: `reply_to` (an external id), `choices` [{id, title}], `template` {name, language,
parameters}, `attachments` (conversations.outgoing_files), `format`. `numbered`: the choices stand in its text.
"""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from conversations.models import Message
from conversations.outgoing_files import Piece, file_of, file_pieces
from conversations.windows import is_closed, person_may_write
from integrations.platforms.base import Choice, OutboundMessage, Platform, Template

Metadata = dict[str, Any]
FIRST, LAST = {"reply_to"}, {"choices"}
"""What only the first, and only the last, of several pieces carries."""


def as_outbound(message: Message) -> OutboundMessage:
    metadata = message.metadata or {}
    return OutboundMessage(
        to=message.conversation.contact_external_id,
        text="" if metadata.get("uncaptioned") else message.content,
        client_ref=str(message.id),
        type=message.type,
        reply_to=metadata.get("reply_to", ""),
        choices=() if metadata.get("numbered") else choices_of(metadata),
        template=template_of(metadata),
        file=file_of(message),
        human_agent=is_late(message),
        format=metadata.get("format", "plain"),
    )


def is_late(message: Message) -> bool:
    """A person's words outside the window, which the platform takes only if it is told so."""
    now, integration = timezone.now(), message.integration
    if message.agent_id is None or integration is None or not is_closed(message.conversation, now):
        return False
    return person_may_write(message.conversation, integration, now)


def choices_of(metadata: Metadata) -> tuple[Choice, ...]:
    return tuple(Choice(choice["id"], choice["title"]) for choice in metadata.get("choices") or ())


def template_of(metadata: Metadata) -> Template | None:
    said = metadata.get("template")
    return Template(said["name"], said["language"], tuple(said.get("parameters", ()))) if said else None


def pieces(platform: Platform, text: str, metadata: Metadata) -> list[Piece]:
    """A text as the messages that the platform takes. Choices that cannot be tapped there are numbered."""
    if metadata.get("template"):
        return [(text, metadata)]
    files: list[Piece] = []
    if metadata.get("attachments"):
        files, text = file_pieces(platform, text, metadata)
        metadata = {name: value for name, value in metadata.items() if name not in {"attachments", "reply_to"}}
        if not text.strip():
            return files
    choices, parts = choices_of(metadata), platform.split_text(text) or [text]
    if choices and platform.capabilities.style(parts[-1], choices) is None:
        parts, metadata = platform.split_text(numbered(text, choices)), {**metadata, "numbered": True}
    last = len(parts) - 1
    return [
        *files,
        *((part, shared(metadata, first=place == 0, last=place == last)) for place, part in enumerate(parts)),
    ]


def shared(metadata: Metadata, *, first: bool, last: bool) -> Metadata:
    left_out = (set() if first else FIRST) | (set() if last else {*LAST, "numbered"})
    return {name: value for name, value in metadata.items() if name not in left_out}


def numbered(text: str, choices: Iterable[Choice]) -> str:
    lines = (f"{number}. {choice.title}" for number, choice in enumerate(choices, 1))
    return "\n".join([text, "", *lines])
