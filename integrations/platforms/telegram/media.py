"""Files of Telegram: `getFile`, then a link that holds the bot's token (Bot API, "getFile"; up to 20 MB)."""

from urllib.parse import quote

from integrations.platforms.base import Account, Exchange, PlatformError
from integrations.platforms.files import Attachment, FileSource
from integrations.platforms.reading import string
from integrations.platforms.telegram.connecting import called

HOSTS = ("api.telegram.org",)


def locate(account: Account, attachment: Attachment) -> Exchange[FileSource]:
    file_id = string(attachment.get("media_id"))
    if not file_id:
        raise PlatformError("permanent", "no_file", "The platform named no file.")
    path = string((yield from called(account, "getFile", file_id=file_id)).get("file_path"))
    if not path:
        raise PlatformError("permanent", "no_file", "The platform has no link to the file.")
    return FileSource(f"{account.telegram_url}/file/bot{account.credentials['bot_token']}/{quote(path)}")
