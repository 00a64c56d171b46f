"""How the Graph API refuses."""

from typing import Any

from integrations.sandbox.chaos import Rule
from integrations.sandbox.exchange import Answer

CODES = {400: 100, 401: 190, 403: 10, 404: 100, 429: 130429, 503: 131016}
"""What a fault without a code answers at an HTTP status; else 131000, "something went wrong"."""


def refused_token(token: str) -> Answer | None:
    if not token:
        return error(190, "Invalid OAuth access token - Cannot parse access token", status=401)
    if token.startswith("bad"):
        return error(190, "Invalid OAuth access token - Cannot parse access token", status=401)
    if token.startswith("expired"):
        return error(190, "Error validating access token: Session has expired", subcode=463, status=401)
    return None


def refuse(rule: Rule) -> Answer:
    code = rule.code or CODES.get(rule.status, 131000)
    message = rule.message or f"(#{code}) The sandbox was told to fail"
    headers = {"retry-after": str(rule.retry_after)} if rule.retry_after else {}
    refusal = error(code, message, subcode=rule.subcode, status=rule.status)
    return Answer(refusal.body, refusal.status, headers)


def error(code: int, message: str, *, subcode: int = 0, details: str = "", status: int = 400) -> Answer:
    body: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "ASandboxTrace"}
    if subcode:
        body["error_subcode"] = subcode
    if details:
        body["error_data"] = {"messaging_product": "whatsapp", "details": details}
    return Answer({"error": body}, status)
