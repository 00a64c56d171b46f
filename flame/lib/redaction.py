"""Secrets out of text that is about to be kept: by how they look, by the name before them, and by what they are."""

import re
from collections.abc import Iterable

HIDDEN = "••••"
MIN_KNOWN = 8
"""A shorter value is as likely to be an ordinary word of the text."""
MAX_TEXT = 20_000
"""Beyond it a text is cut: the patterns are run over every line, and a line may hold what a stranger sent."""

_NAME = r"(?:password\w{0,8}|passwd|passphrase|secret|token|api[_-]?key|sessionid|ticket|authorization)"
_SEPARATOR = r"[\\\"'\])]{0,4}[ \t]*(?:[:=]|%3D)[ \t]*"
_ESCAPED = r"b?(?P<escaped>\\{1,8}[\"'])[^\n]{0,4000}?(?P=escaped)"
_QUOTED = r"b?(?P<quote>[\"'])(?:\\.|(?!(?P=quote))[^\\\n])*(?P=quote)"
_BARE = r"(?:\\{0,8}[\"'])?(?:(?:bearer|basic|digest|token)[ \t]+)?[^\s\"'&;,)\]}<>\\]+"
_PATTERNS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (rf"(?i)(?P<name>{_NAME}{_SEPARATOR})(?:{_ESCAPED}|{_QUOTED}|{_BARE})", rf"\g<name>{HIDDEN}"),
        (r"(?i)\b(bearer|basic)[ \t]+[\w.~+/=-]{8,}", rf"\1 {HIDDEN}"),
        (r"\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?", HIDDEN),  # a JWT: its header begins with {"
        (r"\bbot\d+(?::|%3A)[\w-]+", f"bot{HIDDEN}"),  # Telegram's addresses hold the bot's token
        (r"\b\d{4,}:(?:AA[\w-]{8,}|[\w-]{30,})", HIDDEN),  # the same token on its own
        (r"\bEAA[A-Za-z0-9]{16,}", HIDDEN),  # Meta
        (r"\bIG[A-Za-z]{2}[\w-]{24,}", HIDDEN),  # Instagram Login
        (r"\bsk-[\w-]{16,}", HIDDEN),  # OpenAI
        (r"\bgAAAA[\w-]{20,}={0,2}", HIDDEN),  # Fernet
        (r"(://[^/\s:@\"']*):[^@/\s\"']+@", rf"\1:{HIDDEN}@"),  # an address with a password
    )
]


def redact(text: str, known: Iterable[str] = ()) -> str:
    """The text without secrets; `known` are values that must not appear whatever they look like."""
    if len(text) > MAX_TEXT:
        text = f"{text[:MAX_TEXT]} … ({len(text)} characters)"
    for value in known:
        if len(value) >= MIN_KNOWN:
            text = text.replace(value, HIDDEN)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
