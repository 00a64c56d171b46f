"""Bringing a customer's file here, from where its platform says that it lies."""

from urllib.parse import urlsplit

from django.conf import settings

from flame.lib.fetching import Fetched, FetchError, Refused, fetch
from integrations.models import Integration
from integrations.outbound import converse
from integrations.platforms.base import Account, PlatformError
from integrations.platforms.files import Attachment
from integrations.registry import PLATFORMS

PASSING = {"retry", "rate_limited", "unknown", "reauth", "account"}
GONE = {403, 404, 410}


class NoFile(Exception):
    """Why there is no file. `code` is stable; `temporary`: a later try may bring it, `retry_after` seconds from now.

    `refusal`: the platform lets the account do nothing more (class `reauth` or `account`).
    """

    refusal: PlatformError | None = None

    def __init__(self, code: str, message: str, *, temporary: bool, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.temporary = temporary
        self.retry_after = retry_after


def bring(integration: Integration, attachment: Attachment) -> Fetched:
    """The file, up to MEDIA_MAX_BYTES. Raises NoFile, whose words hold no link and no token."""
    adapter, account = PLATFORMS[integration.platform], integration.account()
    try:
        source = converse(adapter.locate(account, attachment), account)
        return fetch(
            source.url,
            max_bytes=settings.MEDIA_MAX_BYTES,
            hosts=adapter.file_hosts,
            headers=source.headers,
            trusted=base_origins(account),
        )
    except PlatformError as error:
        raise unlocated(error) from None
    except FetchError as error:
        raise unfetched(error, attachment) from None


def unlocated(error: PlatformError) -> NoFile:
    temporary = error.error_class in PASSING
    no_file = NoFile(error.code, error.message, temporary=temporary, retry_after=error.retry_after)
    no_file.refusal = error if error.error_class in {"reauth", "account"} else None
    return no_file


def unfetched(error: FetchError, attachment: Attachment) -> NoFile:
    """A link that is dead is so for good, unless the platform gives a new one for the file's id."""
    dead = isinstance(error, Refused) and error.status in GONE
    temporary = error.temporary or (dead and bool(attachment.get("media_id")))
    return NoFile(
        "gone" if dead else error.code, str(error), temporary=temporary, retry_after=getattr(error, "retry_after", None)
    )


def base_origins(account: Account) -> set[str]:
    """The operator chose these: in a demo they are the sandbox on loopback."""
    urls = map(urlsplit, (account.graph_url, account.instagram_url, account.telegram_url))
    return {f"{url.scheme}://{url.netloc}" for url in urls if url.netloc}
