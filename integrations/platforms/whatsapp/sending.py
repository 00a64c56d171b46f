"""Messages to a customer: `POST /{phone_number_id}/messages` ("Messages", WhatsApp Cloud API)."""

from typing import Any
from urllib.parse import quote

from integrations.platforms.base import (
    Account,
    CredentialsMissing,
    Exchange,
    Gesture,
    Method,
    OutboundMessage,
    PlatformError,
    Request,
    Response,
    refuse_fileless,
)
from integrations.platforms.meta import errors, signature
from integrations.platforms.meta import graph as graph_api
from integrations.platforms.reading import mapping, mappings, string
from integrations.platforms.whatsapp import people
from integrations.platforms.whatsapp.bodies import content

MEDIA_NOT_LOADED = "131053"
"""Meta could not load or convert a file; a second try often can."""


def request(account: Account, message: OutboundMessage) -> Request:
    refuse_fileless(message)
    body = {**envelope(message), **content(message)}
    return call(account, "POST", "phone_number_id", "/messages", json=body)


def call(account: Account, method: Method, owner: str, path: str = "", **content: Any) -> Request:
    """A Graph call about the account's number or business. Raises PlatformError when the credentials lack either."""
    owner_id = account.credentials.get(owner, "")
    if not owner_id:
        raise CredentialsMissing(owner)
    return graph(account, method, owner_id, path, **content)


def graph(account: Account, method: Method, node: str, path: str = "", **content: Any) -> Request:
    token = account.credentials.get("access_token", "")
    if not token:
        raise CredentialsMissing("access_token")
    url = f"{account.graph_url}/{quote(node, safe='')}{path}"
    proof = signature.proof(token, account.credentials.get("app_secret", ""))
    content["params"] = {**content.get("params", {}), **proof}
    return Request(method, url, headers={"Authorization": f"Bearer {token}"}, **content)


def envelope(message: OutboundMessage) -> dict[str, Any]:
    body: dict[str, Any] = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    # If both were given, `to` would win.
    if people.BSUID.fullmatch(message.to):
        body["recipient"] = message.to
    else:
        body["to"] = people.e164(message.to)
    if message.reply_to:
        body["context"] = {"message_id": message.reply_to}
    if message.client_ref:
        body["biz_opaque_callback_data"] = message.client_ref
    return body


def gesture(account: Account, made: Gesture) -> Exchange[None]:
    """Typing shows for 25 seconds at most, and marks as read; either is said of a message ("Typing indicators")."""
    body: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": made.last_heard}
    if made.kind == "typing":
        body["typing_indicator"] = {"type": "text"}
    yield from graph_api.answered(call(account, "POST", "phone_number_id", "/messages", json=body))


def external_id(message: OutboundMessage, response: Response) -> str:
    refusal = errors.refusal(response)
    if refusal:
        if refusal.code == MEDIA_NOT_LOADED:
            refusal.instead = message
        raise refusal
    sent = mappings(mapping(response.body).get("messages"))
    name = string(sent[0].get("id")) if sent else ""
    if not name:
        raise PlatformError("unknown", "no_id", "The answer names no message, so it may or may not be on its way.")
    return name
