"""What a Bot API refusal means for the sender. Descriptions are no contract, so they are matched by their beginning or
a word, whatever the case (tdlib's server and the lists of aiogram and teloxide agree on these).
"""

from integrations.platforms.base import ErrorClass, PlatformError, Response
from integrations.platforms.reading import mapping, short

SERVER_ERROR = 500
BY_STATUS: dict[int, ErrorClass] = {
    401: "reauth",
    403: "recipient",
    404: "reauth",
    409: "account",
    429: "rate_limited",
}
NOBODY_THERE = (
    "chat not found",
    "peer_id_invalid",
    "user not found",
    "deactivated",
    "bot was blocked",
    "bot was kicked",
)
DEFAULT_WAIT = 1.0
"""Telegram takes about one message a second to a chat; its 429 always names the time."""


def refusal(response: Response) -> PlatformError | None:
    """The error that an answer carries, or None when it carries none."""
    body = mapping(response.body)
    if body.get("ok") is True:
        return None
    code = body.get("error_code")
    status = code if isinstance(code, int) and not isinstance(code, bool) else response.status
    text = short(body.get("description"), 500) or f"HTTP {response.status}"
    name = error_class(status, text)
    return PlatformError(name, str(status), text, wait(response) if name == "rate_limited" else None)


def error_class(status: int, description: str) -> ErrorClass:
    if status >= SERVER_ERROR or status < 400:  # noqa: PLR2004 - an answer that is no refusal is none at all
        return "unknown"
    if status == 400 and any(words in description.lower() for words in NOBODY_THERE):  # noqa: PLR2004 - HTTP's number
        return "recipient"
    return BY_STATUS.get(status, "permanent")


def wait(response: Response) -> float:
    after = mapping(mapping(response.body).get("parameters")).get("retry_after")
    return float(after) if isinstance(after, int) and 0 < after < 86_400 else DEFAULT_WAIT  # noqa: PLR2004 - a day
