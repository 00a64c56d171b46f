"""Messages of Messenger and Instagram: `POST /{account}/messages` ("Send API" of both platforms)."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from integrations.platforms.base import (
    Capabilities,
    CredentialsMissing,
    Exchange,
    Gesture,
    Method,
    OutboundFile,
    OutboundMessage,
    PlatformError,
    Request,
    Response,
    refuse_fileless,
)
from integrations.platforms.meta import errors, graph, people, signature
from integrations.platforms.reading import mapping, string


@dataclass(frozen=True)
class Speaker:
    """Whom the platform knows us as: an account's id and its token, and the host that takes the two."""

    url: str
    id: str
    token: str = field(repr=False)
    named: str
    """The credentials that the two come from, for whoever has to complete them."""
    app_secret: str = field(default="", repr=False)
    """Of the app that the token was made for, where it is asked to prove itself."""

    def call(self, method: Method, path: str = "", **content: Any) -> Request:
        """A Graph call about the account. Raises PlatformError when the credentials lack either."""
        return self.ask(method, f"{quote(self.id, safe='')}{path}", **content)

    def ask(self, method: Method, path: str, **content: Any) -> Request:
        """A Graph call with the account's token."""
        if not self.id or not self.token:
            raise CredentialsMissing(self.named)
        content["params"] = {**content.get("params", {}), **signature.proof(self.token, self.app_secret)}
        return Request(method, f"{self.url}/{path}", headers={"Authorization": f"Bearer {self.token}"}, **content)


def request(speaker: Speaker, message: OutboundMessage, able: Capabilities) -> Request:
    refuse_fileless(message)
    body = {"recipient": recipient(message.to), **purpose(message), "message": content(message, able)}
    if message.reply_to:
        body["reply_to"] = {"mid": message.reply_to}
    return speaker.call("POST", "/messages", json=body)


def content(message: OutboundMessage, able: Capabilities) -> dict[str, Any]:
    """Raises PlatformError for choices that are too many or too long."""
    if message.choices and able.style(message.text, message.choices) is None:
        raise PlatformError("permanent", "choices", "These choices do not fit as quick replies.")
    body: dict[str, Any] = {"attachment": attachment(message.file)} if message.file else {"text": message.text}
    if message.choices:
        body["quick_replies"] = [
            {"content_type": "text", "title": choice.title, "payload": choice.id} for choice in message.choices
        ]
    if able.echoes_ref and message.client_ref:
        body["metadata"] = message.client_ref
    return body


def attachment(file: OutboundFile) -> dict[str, Any]:
    payload: dict[str, Any] = {"attachment_id": file.media_id} if file.media_id else {"url": file.url}
    return {"type": file.type, "payload": payload}


def purpose(message: OutboundMessage) -> dict[str, str]:
    """Why it may go: within the 24 hours, or because a person wrote it."""
    if message.human_agent:
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return {"messaging_type": "RESPONSE"}


def recipient(to: str) -> dict[str, str]:
    guest = to.removeprefix(people.USER_REF)
    return {"id": to} if guest == to else {"user_ref": guest}


ACTIONS = {"typing": "typing_on", "read": "mark_seen"}


def gesture(speaker: Speaker, made: Gesture) -> Exchange[None]:
    """An action goes alone, without a message ("Sender actions")."""
    body = {"recipient": recipient(made.to), "sender_action": ACTIONS[made.kind]}
    yield from graph.answered(speaker.call("POST", "/messages", json=body))


def external_id(response: Response) -> str:
    refusal = errors.refusal(response)
    if refusal:
        raise refusal
    name = string(mapping(response.body).get("message_id"))
    if not name:
        raise PlatformError("unknown", "no_id", "The answer names no message, so it may or may not be on its way.")
    return name
