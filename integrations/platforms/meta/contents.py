"""What a message of Messenger or Instagram shows: its text, its attachments, and where it comes from."""

from typing import Any

from integrations.platforms import content
from integrations.platforms.base import MessageType
from integrations.platforms.content import Content
from integrations.platforms.meta import attachments
from integrations.platforms.reading import mapping, mappings, short, string, without_empty


def read(message: dict[str, Any]) -> Content:
    text = string(message.get("text"))
    parts = [attachments.read(attachment) for attachment in mappings(message.get("attachments"))]
    if message.get("is_unsupported") is True:
        return content.unsupported(**circumstances(message))
    if not parts:
        payload = short(mapping(message.get("quick_reply")).get("payload"), 1000)
        shown = content.plain(text if text.strip() else payload, **circumstances(message))
        return Content(shown.text, shown.type, shown.metadata, wants_answer=bool(text.strip() or payload))
    return Content(
        text if text.strip() else " ".join(part.text for part in parts),
        leading_type(parts),
        {**gathered(parts), **circumstances(message)},
        wants_answer=bool(text.strip()) or any(part.wants_answer for part in parts),
    )


def leading_type(parts: list[Content]) -> MessageType:
    return next((part.type for part in parts if part.type != "text"), "text")


def gathered(parts: list[Content]) -> dict[str, Any]:
    """Facts of all attachments; lists of one name are joined."""
    facts: dict[str, Any] = {}
    for part in parts:
        for name, fact in part.metadata.items():
            facts[name] = [*facts[name], *fact] if isinstance(facts.get(name), list) else fact
    return facts


def circumstances(message: dict[str, Any]) -> dict[str, Any]:
    """Where a message comes from: a button, an ad, a story, a command of the menu."""
    story = mapping(mapping(message.get("reply_to")).get("story"))
    commands = [string(command.get("name")) for command in mappings(message.get("commands"))]
    return without_empty(
        {
            "payload": short(mapping(message.get("quick_reply")).get("payload"), 1000),
            "referral": mapping(message.get("referral")),
            "story": without_empty({key: string(story.get(key)) for key in ("id", "url")}),
            "commands": [name for name in commands if name],
        }
    )
