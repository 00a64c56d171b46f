"""Meta's signature of webhooks, the same for WhatsApp, Messenger and Instagram.

`X-Hub-Signature-256: sha256=<64 hex digits>`, an HMAC of the raw body with the app's secret (Graph API, "Webhooks:
Getting Started"). Meta escapes non-ASCII in what it signs, so only the bytes as they came can be verified.
"""

import hashlib
import hmac
from collections.abc import Mapping

HEADER = "x-hub-signature-256"


def signature(raw: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def proof(token: str, secret: str) -> dict[str, str]:
    """The query that shows that who has the token has the app's secret too; nothing where the secret is not known.

    An app may be set to take no call without it ("Securing Graph API Calls").
    """
    if not token or not secret:
        return {}
    return {"appsecret_proof": hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()}


def verify(raw: bytes, headers: Mapping[str, str], secret: str) -> bool:
    """Constant time; False without a secret. `headers` by lower-case names."""
    if not secret:
        return False
    return hmac.compare_digest(signature(raw, secret).encode(), headers.get(HEADER, "").encode())
