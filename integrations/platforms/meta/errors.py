"""What a Graph API error means for the sender, the same table for WhatsApp, Messenger and Instagram.

Decided by code, then subcode, not by HTTP status or text, which Meta changes ("Handle Errors" in the Graph API's docs;
WhatsApp: "Error Codes" of the Cloud API; Messenger and Instagram: "Error Codes" of the Messenger Platform).
"""

import json
from typing import Any

from integrations.platforms.base import ErrorClass, PlatformError, Response
from integrations.platforms.reading import mapping, mappings, short, string

SERVER_ERROR = 500
BAD_REQUEST = 400
BY_STATUS: dict[int, ErrorClass] = {401: "reauth", 429: "rate_limited"}
"""For an answer without an error that could be read."""
PAIR_LIMIT = 131056
"""WhatsApp takes one message per six seconds to one customer once the burst is spent."""
SPAM_LIMITS = {131048, 131064}
"""WhatsApp holds a number back whose messages were blocked or reported."""
MINUTE, HOUR = 60.0, 3600.0
WAITS = {4: MINUTE, 17: MINUTE, 32: MINUTE, 341: HOUR, 613: MINUTE, 130429: 5.0, 131048: HOUR, 131064: HOUR}
"""Seconds, where neither `Retry-After` nor a usage header names them."""
BUSINESS_LIMITS, BUSINESS_WAIT = range(80000, 80100), 5 * MINUTE
DAY = 86_400

BY_CODE: dict[ErrorClass, set[int]] = {
    "retry": {1, 2, 1200, 131000, 131016, 131057},
    "rate_limited": {4, 17, 32, 341, 613, 130429, 131048, 131056, 131064, *range(80000, 80100)},
    "reauth": {0, 3, 10, 102, 190, 230, 131005, *range(200, 300)},
    "needs_template": {131047, 1545041},
    "recipient": {551, 130403, 130472, 131021, 131026, 131030, 131049, 131050},
    "account": {33, 368, 130497, 131031, 131042, 131045, 133010},
}
BY_SUBCODE: dict[tuple[int, int], ErrorClass] = {
    (10, 2018278): "needs_template",
    (10, 2534022): "needs_template",
    (10, 2018065): "needs_template",
    (10, 2018108): "recipient",
    (10, 1893063): "account",
    (100, 2018001): "recipient",
    (100, 33): "reauth",
    (200, 1545041): "recipient",
    (551, 1545041): "recipient",
}
UNAVAILABLE = 1545041
"""Listed as "outside the window", and observed with the codes above for a customer who blocked us or left."""
CLASSES: dict[int, ErrorClass] = {code: name for name, codes in BY_CODE.items() for code in codes}


def error_class(code: int, subcode: int = 0, *, transient: bool = False) -> ErrorClass:
    """An unknown code is `permanent`, unless Meta says that it passes."""
    known = BY_SUBCODE.get((code, subcode))
    if known is None and subcode == UNAVAILABLE:
        return "needs_template"
    return known or CLASSES.get(code) or ("retry" if transient else "permanent")


def refusal(response: Response) -> PlatformError | None:
    """The error that an answer carries, or None when it carries none."""
    error = mapping(mapping(response.body).get("error"))
    text = describe(error) or f"HTTP {response.status}"
    code = number(error.get("code"))
    if response.status >= SERVER_ERROR:
        return PlatformError("unknown", string(error.get("code")) or f"http_{response.status}", text)
    if error:
        name = error_class(code, number(error.get("error_subcode")), transient=error.get("is_transient") is True)
        refused = PlatformError(name, string(error.get("code")), text, wait(name, code, response))
        refused.of_contact, refused.of_trust = code == PAIR_LIMIT, code in SPAM_LIMITS
        return refused
    if response.status >= BAD_REQUEST:
        name = BY_STATUS.get(response.status, "permanent")
        return PlatformError(name, f"http_{response.status}", text, wait(name, 0, response))
    return None


def wait(name: ErrorClass, code: int, response: Response) -> float | None:
    """Seconds until the platform may take it, as far as it says so or its limits are known."""
    if name not in ("retry", "rate_limited"):
        return None
    known = BUSINESS_WAIT if code in BUSINESS_LIMITS else WAITS.get(code)
    return seconds(response.headers.get("retry-after")) or regained_in(response) or known


def regained_in(response: Response) -> float | None:
    """`estimated_time_to_regain_access`, in minutes, by account ("Rate limits", Graph API)."""
    try:
        usage = json.loads(string(response.headers.get("x-business-use-case-usage")))
    except (ValueError, RecursionError):
        return None
    uses = [use for account in mapping(usage).values() for use in mappings(account)]
    minutes = [number(use.get("estimated_time_to_regain_access")) for use in uses]
    longest = max(minutes, default=0)
    return longest * MINUTE if 0 < longest * MINUTE <= DAY else None


def seconds(value: Any) -> float | None:
    """A sane number of seconds; the HTTP date that `Retry-After` may also hold is not used by these platforms."""
    digits = string(value).strip()
    return float(digits) if digits.isascii() and digits.isdecimal() and int(digits[:20]) <= DAY else None


def describe(error: dict[str, Any]) -> str:
    """Meta's sentence with its details and trace id, for the log and the agent."""
    details = short(mapping(error.get("error_data")).get("details"), 500)
    parts = [short(error.get("message") or error.get("title"), 500), details, short(error.get("fbtrace_id"), 64)]
    return " | ".join(dict.fromkeys(filter(None, parts)))


def number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else -1
