"""Files of Messenger and Instagram: on Meta's CDN ("Webhooks" of both), and up to it ("Attachment Upload API")."""

import json
from dataclasses import replace

from integrations.platforms.base import Exchange, OutboundMessage, PlatformError
from integrations.platforms.files import Attachment, FilePart, FileSource
from integrations.platforms.meta import graph
from integrations.platforms.meta.sending import Speaker
from integrations.platforms.reading import string

HOSTS = ("*.fbcdn.net", "*.fbsbx.com", "*.cdninstagram.com")


def locate(attachment: Attachment) -> Exchange[FileSource]:
    """The webhook's own link is signed and expires; there is no way to ask for a new one, and no token is needed."""
    yield from ()
    url = string(attachment.get("url"))
    if not url:
        raise PlatformError("permanent", "no_file", "The platform named no file.")
    return FileSource(url)


def upload(speaker: Speaker, message: OutboundMessage, **form: str) -> Exchange[OutboundMessage]:
    """The file with the id that Meta keeps it under for 90 days."""
    file = message.file
    if file is None or not file.content:
        return message
    described = {"attachment": {"type": file.type, "payload": {"is_reusable": True}}}
    name = file.name if file.name.isascii() else ""  # others are not taken
    part = FilePart("filedata", name or "file", file.mime, file.content)
    form = {"message": json.dumps(described), **form}
    given = yield from graph.answered(speaker.call("POST", "/message_attachments", form=form, files=(part,)))
    media_id = string(given.get("attachment_id"))
    if not media_id:
        raise PlatformError("retry", "no_id", "The answer names no file.")
    return replace(message, file=replace(file, media_id=media_id, content=b""))
