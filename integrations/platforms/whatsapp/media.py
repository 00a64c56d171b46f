"""Files of WhatsApp ("Media", Cloud API)."""

from dataclasses import replace

from integrations.platforms.base import Account, Exchange, OutboundMessage, PlatformError
from integrations.platforms.files import Attachment, FilePart, FileSource
from integrations.platforms.meta import graph
from integrations.platforms.reading import string
from integrations.platforms.whatsapp import sending

HOSTS = ("lookaside.fbsbx.com",)


def locate(account: Account, attachment: Attachment) -> Exchange[FileSource]:
    """A link lives for five minutes and its id for seven days, so a new link is asked for at every try."""
    media_id = string(attachment.get("media_id"))
    if not media_id:
        raise PlatformError("permanent", "no_file", "The platform named no file.")
    number = account.credentials.get("phone_number_id", "")
    asked = sending.graph(account, "GET", media_id, params={"phone_number_id": number})
    url = string((yield from graph.answered(asked)).get("url"))
    if not url:
        raise PlatformError("permanent", "no_file", "The platform has no link to the file.")
    return FileSource(url, {"Authorization": asked.headers["Authorization"]})


def upload(account: Account, message: OutboundMessage) -> Exchange[OutboundMessage]:
    """The file with the id that Meta keeps it under for 30 days."""
    file = message.file
    if file is None or not file.content:
        return message
    given = yield from graph.answered(
        sending.call(
            account,
            "POST",
            "phone_number_id",
            "/media",
            form={"messaging_product": "whatsapp", "type": file.mime},
            files=(FilePart("file", file.name or "file", file.mime, file.content),),
        )
    )
    media_id = string(given.get("id"))
    if not media_id:
        raise PlatformError("retry", "no_id", "The answer names no file.")
    return replace(message, file=replace(file, media_id=media_id, content=b""))
