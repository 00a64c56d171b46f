"""What a message holds ("Messages", "Interactive messages" and "Message templates", WhatsApp Cloud API)."""

from typing import Any

from integrations.platforms.base import OutboundFile, OutboundMessage, PlatformError, Template
from integrations.platforms.whatsapp.capabilities import CAPABILITIES

LIST_BUTTON = "Ver opciones"
"""What opens a list; at most 20 characters."""
Body = dict[str, Any]


def content(message: OutboundMessage) -> Body:
    """Raises PlatformError for choices that fit neither buttons nor a list."""
    if message.template is not None:
        return template(message.template)
    if message.file is not None:
        return media(message.file, message.text)
    if message.choices:
        return interactive(message)
    return {"type": "text", "text": {"body": message.text, "preview_url": False}}


def media(file: OutboundFile, caption: str) -> Body:
    kind = "document" if file.type == "file" else file.type
    body: Body = {"id": file.media_id} if file.media_id else {"link": file.url}
    if caption and kind != "audio":
        body["caption"] = caption
    if file.name and kind == "document":
        body["filename"] = file.name
    return {"type": kind, kind: body}


def template(chosen: Template) -> Body:
    body: Body = {"name": chosen.name, "language": {"code": chosen.language}}
    if chosen.parameters:
        parameters = [{"type": "text", "text": parameter} for parameter in chosen.parameters]
        body["components"] = [{"type": "body", "parameters": parameters}]
    return {"type": "template", "template": body}


def interactive(message: OutboundMessage) -> Body:
    style = CAPABILITIES.style(message.text, message.choices)
    if style is None:
        raise PlatformError("permanent", "choices", "These choices fit neither buttons nor a list.")
    action = buttons(message) if style.kind == "buttons" else rows(message)
    kind = "button" if style.kind == "buttons" else "list"
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": message.text}, "action": action}}


def buttons(message: OutboundMessage) -> Body:
    replies = ({"id": choice.id, "title": choice.title} for choice in message.choices)
    return {"buttons": [{"type": "reply", "reply": reply} for reply in replies]}


def rows(message: OutboundMessage) -> Body:
    listed = [{"id": choice.id, "title": choice.title} for choice in message.choices]
    return {"button": LIST_BUTTON, "sections": [{"rows": listed}]}
