"""The contract that every platform's adapter fulfils, and the values that cross it.

An adapter only translates: wire format to values, values to wire format. It keeps no state, touches no database and
imports neither Django nor Celery. `integrations/tests/test_platform_contract.py` runs over every adapter.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

from integrations.platforms.capabilities import Capabilities as Capabilities
from integrations.platforms.capabilities import Choice as Choice
from integrations.platforms.events import UNDATED as UNDATED
from integrations.platforms.events import AccountBlocked as AccountBlocked
from integrations.platforms.events import Contact as Contact
from integrations.platforms.events import ContactChange as ContactChange
from integrations.platforms.events import Deletion as Deletion
from integrations.platforms.events import DeliveryStatus as DeliveryStatus
from integrations.platforms.events import Echo as Echo
from integrations.platforms.events import Edit as Edit
from integrations.platforms.events import Ignored as Ignored
from integrations.platforms.events import InboundEvent as InboundEvent
from integrations.platforms.events import InboundMessage as InboundMessage
from integrations.platforms.events import MessageType as MessageType
from integrations.platforms.events import Reachability as Reachability
from integrations.platforms.events import Reaction as Reaction
from integrations.platforms.events import StatusUpdate as StatusUpdate
from integrations.platforms.files import Attachment, FilePart, FileSource
from integrations.platforms.outgoing import Gesture as Gesture
from integrations.platforms.outgoing import OutboundFile as OutboundFile
from integrations.platforms.outgoing import OutboundMessage as OutboundMessage
from integrations.platforms.outgoing import Template as Template
from integrations.platforms.outgoing import TextFormat as TextFormat
from integrations.platforms.standing import Obstacle as Obstacle
from integrations.platforms.standing import Standing as Standing

Credentials = Mapping[str, str]
Method = Literal["GET", "POST", "DELETE"]


@dataclass(frozen=True)
class Account:
    """Who speaks: an integration's credentials (by the platform's own names) and the base URLs to speak to."""

    platform: str
    credentials: Credentials = field(repr=False)
    graph_url: str = ""
    instagram_url: str = ""
    telegram_url: str = ""


@dataclass(frozen=True)
class Item:
    """One event of a webhook body, cut out so that it can be stored, queued and parsed alone.

    `event_key` is the same each time the platform repeats the event: `m:<message id>`, `s:<message id>:<status>`,
    `u:<update id>`, else `x:<sha256 of the item>`. Items with one `conversation_key` are handled in arrival order.
    `account_key` is "" where only the headers name the account (`Platform.named_by`). Keys fit their columns: 128, 255
    and 255 characters. `payload` holds all that `parse` needs.
    """

    account_key: str
    event_key: str
    conversation_key: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Request:
    """One HTTP call to a platform. Telegram's token is part of the URL, so none of what may hold one is in the repr.

    With `files` the body is multipart, and `form` its plain fields; else it is `json`.
    """

    method: Method
    url: str = field(repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    params: dict[str, str] = field(default_factory=dict, repr=False)
    json: dict[str, Any] | None = None
    form: dict[str, str] = field(default_factory=dict)
    files: tuple[FilePart, ...] = ()


@dataclass(frozen=True)
class Response:
    """What a platform answered. Header names are lower-case, or the mapping does not mind."""

    status: int
    headers: Mapping[str, str]
    body: Any
    """Parsed JSON, or the first 1,000 characters of what was no JSON."""


ErrorClass = Literal[
    "retry", "rate_limited", "reauth", "needs_template", "recipient", "permanent", "account", "unknown"
]


class PlatformError(Exception):
    """The platform refused, or did not answer. Classes as in the table of `docs/platform-errors.md`.

    `unknown`: the request may have been accepted (a timeout or a cut after the body had left). `retry_after` in
    seconds, where the platform names it or it is known. `of_contact`: a rate limit of this customer alone.
    `instead`: what it would take in the refused message's place; sent once. `of_trust`: the platform holds the account
    back for how it is used, so its people have to hear of it.
    """

    of_contact = False
    of_trust = False
    instead: OutboundMessage | None = None

    def __init__(self, error_class: ErrorClass, code: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(error_class, code, message, retry_after)
        self.error_class = error_class
        self.code = code
        self.message = message
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"{self.error_class}/{self.code}: {self.message}"


class CredentialsMissing(PlatformError):
    """Nothing was asked: the account lacks what `names` says, in credentials' own names."""

    def __init__(self, names: str) -> None:
        super().__init__("reauth", "credentials", f"Credentials are missing: {names}.")
        self.names = names


Result = TypeVar("Result")
Exchange = Generator[Request, Response, Result]
"""Several calls, each decided by the answer before: whoever has a connection sends what it yields and feeds it what
came back. Raises PlatformError where the platform refuses."""


def refuse_fileless(message: OutboundMessage) -> None:
    """Raises PlatformError for a picture that has none: it is not to go out as a text."""
    if message.type != "text" and message.file is None:
        raise PlatformError("permanent", "no_file", f"A message of type {message.type} has no file.")


def unprepared(message: OutboundMessage) -> Exchange[OutboundMessage]:
    """`Platform.prepare` where there is nothing to do."""
    yield from ()
    return message


@dataclass(frozen=True)
class Renewal:
    """The calls that renew a token, and when it ends; None: nobody knows. They answer the credentials that change."""

    calls: Exchange[Credentials]
    ends_at: datetime | None


class Platform(Protocol):
    """One platform. Every method is pure."""

    name: str
    object: str
    """The `object` of its webhook bodies (Meta), or "" where bodies carry none."""
    unnamed: str
    """What a customer is called until `profile` tells the name, or "" where messages bring it along."""
    capabilities: Capabilities
    credential_fields: tuple[str, ...]
    secret_fields: tuple[str, ...]
    file_hosts: tuple[str, ...]
    """Where customers' files may be fetched, `*.example.com` for all below; the account's base URLs are allowed too."""

    def account_key(self, account: Account) -> str:
        """The id by which webhook bodies name this account."""
        ...

    def parent_key(self, account: Account) -> str:
        """The id of what holds the account and is named in events of its own (WhatsApp's business account), or ""."""
        ...

    def webhook_key(self, account: Account) -> str:
        """A digest by which a handshake (Meta's verify token) or a header (Telegram's secret) names this account."""
        ...

    def named_by(self, headers: Mapping[str, str]) -> str:
        """The `webhook_key` that the headers of a webhook name, or "" where its body names the account."""
        ...

    def secret(self, account: Account) -> str:
        """What the account's webhooks are signed with, or "" when none is known."""
        ...

    def verify(self, raw: bytes, headers: Mapping[str, str], secret: str) -> bool:
        """Whether the raw bytes come from who holds the secret. Constant time; False without a secret."""
        ...

    def contact(self, written: str, phone: str) -> Contact:
        """Whom a person of the team means by an id or, where the platform goes by numbers, by a phone. Takes any text.

        `external_id` is "" when they name nobody.
        """
        ...

    def split(self, body: Any) -> list[Item]:
        """All items of a parsed body, in its order. Tolerant: never raises; what it cannot name gets a digest."""
        ...

    def parse(self, payload: dict[str, Any]) -> list[InboundEvent]:
        """What a stored item says. Raises ValueError when a known kind is malformed: it is kept aside, as ignored."""
        ...

    def acknowledgement(self, account: Account, metadata: Mapping[str, Any]) -> Exchange[None] | None:
        """Tell the sender of an inbound message that it came; None where the platform shows them no wait for that."""
        ...

    def locate(self, account: Account, attachment: Attachment) -> Exchange[FileSource]:
        """Where a customer's file lies. Asked anew before each try of a download, in a task of its own.

        Raises PlatformError; `permanent` and `recipient` end the tries.
        """
        ...

    def prepare(self, account: Account, message: OutboundMessage) -> Exchange[OutboundMessage]:
        """The message as `request` takes it, after calls that can be repeated without harm: an upload.

        Made by the worker that has claimed the message, before each try to send it and before it counts as on the wire:
        what fails here was never sent. Raises PlatformError as a send does.
        """
        ...

    def request(self, account: Account, message: OutboundMessage) -> Request:
        """The call that sends the message. Raises PlatformError for what the platform cannot take."""
        ...

    def external_id(self, message: OutboundMessage, response: Response) -> str:
        """The platform's id of a message it accepted. Raises PlatformError when the answer is a refusal.

        A 5xx is `unknown`: the platform may have failed after it took the message.
        """
        ...

    def gesture(self, account: Account, gesture: Gesture) -> Exchange[None] | None:
        """Show the customer what is no message; None where the platform shows no such thing. Nothing hangs on it."""
        ...

    def connect(self, account: Account, webhook_url: str) -> Exchange[Standing]:
        """Prove the credentials and have the account's events sent to us. May be repeated."""
        ...

    def check(self, account: Account, webhook_url: str) -> Exchange[Standing]:
        """How the account stands now; changes nothing."""
        ...

    def disconnect(self, account: Account) -> Exchange[None]:
        """Have no more events sent. On WhatsApp that holds for all numbers of the business account."""
        ...

    def profile(self, account: Account, contact: str) -> Exchange[Contact] | None:
        """Ask for the name of a customer who wrote; None where messages bring it along. Many are refused."""
        ...

    def renewal(self, account: Account, now: datetime) -> Renewal | None:
        """How to renew a token that ends soon; None while there is nothing to renew."""
        ...

    def split_text(self, text: str) -> list[str]:
        """The text in pieces that the platform takes, cut at paragraphs, sentences or words."""
        ...
