"""Files on Meta's CDN ("Webhooks" of the Messenger Platform and of Instagram messaging)."""

from integrations.platforms.base import Exchange, PlatformError
from integrations.platforms.files import Attachment, FileSource
from integrations.platforms.reading import string

HOSTS = ("*.fbcdn.net", "*.fbsbx.com")


def locate(attachment: Attachment) -> Exchange[FileSource]:
    """The webhook's own link is signed and expires; there is no way to ask for a new one, and no token is needed."""
    yield from ()
    url = string(attachment.get("url"))
    if not url:
        raise PlatformError("permanent", "no_file", "The platform named no file.")
    return FileSource(url)
