"""Keys of webhook items: the same each time the platform repeats the event, and short enough for their columns."""

import hashlib
import json
from typing import Any

MAX_KEY = 255
MAX_ACCOUNT_KEY = 128


def bounded(key: str, limit: int = MAX_KEY) -> str:
    """The key itself, or its digest when it does not fit: cut keys could collide."""
    return key if len(key) <= limit else f"x:{_sha256(key)}"


def account_key(key: str) -> str:
    return bounded(key, MAX_ACCOUNT_KEY)


def digest(payload: Any) -> str:
    return f"x:{_sha256(json.dumps(payload, sort_keys=True, separators=(',', ':')))}"


def secret_digest(secret: str) -> str:
    """By which a secret is looked up without being stored in clear; "" for none."""
    return _sha256(secret) if secret else ""


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
