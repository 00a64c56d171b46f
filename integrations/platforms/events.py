"""What a platform reports, as values: what an adapter's `parse` answers, and what the apps above take in."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

MessageType = Literal["text", "image", "file", "audio", "video"]
DeliveryStatus = Literal["sent", "delivered", "read", "failed"]
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""For an event that has no time of its own, or an absurd one: whoever hands it up puts the time of its receipt there.
No message is lost for its clock."""


@dataclass(frozen=True)
class Contact:
    """The customer. `external_id` is what we reply to; `aliases` are older or other ids of the same person, and other
    spellings of a phone number (Mexico 52 and 521).

    An item of an older date may have known the person by an alias only: look a person up by all ids. `phone` in E.164.
    """

    external_id: str
    aliases: tuple[str, ...] = ()
    name: str = ""
    phone: str = ""
    username: str = ""
    language: str = ""


@dataclass(frozen=True)
class InboundMessage:
    """A customer wrote. `text` is never empty: what has none of its own gets a readable one, the facts in metadata.

    `metadata["attachments"]` is a list of `files.Attachment`. `reply_to` is an external id.
    """

    contact: Contact
    external_id: str
    text: str
    occurred_at: datetime
    type: MessageType = "text"
    reply_to: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    wants_answer: bool = True
    opens_window: bool = True
    """Whether the platform lets us write for a while because of it: not where the customer only opened the chat."""


@dataclass(frozen=True)
class StatusUpdate:
    """A receipt. `client_ref` is the message id that we had put on the wire, where the platform echoes it.

    `recipient` is an id of the customer, where the receipt names one. A receipt without `external_id` is a watermark:
    it holds for everything sent to the recipient until `occurred_at` (Messenger reads and deliveries). One that
    `covers_earlier` holds for the message and for all before it (Instagram reads).
    `error`: `{code, class, message}`, `class` as in PlatformError. `metadata`: what else it says of the message,
    `pricing` among it.
    """

    external_id: str
    status: DeliveryStatus
    occurred_at: datetime
    client_ref: str = ""
    recipient: str = ""
    covers_earlier: bool = False
    error: dict[str, Any] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Edit:
    """The customer changed a message's text."""

    external_id: str
    text: str
    occurred_at: datetime


@dataclass(frozen=True)
class Deletion:
    """The customer took a message back."""

    external_id: str
    occurred_at: datetime


@dataclass(frozen=True)
class Reaction:
    """The customer, or the business elsewhere, put an emoji on a message of either side; "" takes it away.

    `opens_window`: the platform counts it as if the customer had written.
    """

    contact: Contact
    external_id: str
    emoji: str
    occurred_at: datetime
    by_business: bool = False
    opens_window: bool = False


@dataclass(frozen=True)
class Echo:
    """The business wrote, here or in the platform's own inbox. Known by `external_id` or `client_ref`: a receipt that
    it was sent; unknown: a person answered elsewhere, so the assistant has to keep still. Never to be answered.
    """

    contact: Contact
    external_id: str
    text: str
    occurred_at: datetime
    type: MessageType = "text"
    metadata: dict[str, Any] = field(default_factory=dict)
    client_ref: str = ""


@dataclass(frozen=True)
class ContactChange:
    """The customer's id changed: `contact.external_id` is the new one, `aliases` the old ones. Names may be empty."""

    contact: Contact
    occurred_at: datetime


@dataclass(frozen=True)
class Reachability:
    """The customer blocked us, or let us in again."""

    contact: Contact
    reachable: bool
    occurred_at: datetime


@dataclass(frozen=True)
class Ignored:
    """Understood, and of no consequence here. `reason` is shown to staff."""

    reason: str


@dataclass(frozen=True)
class AccountBlocked:
    """The platform keeps the account from speaking. `reason` is shown to its owner."""

    reason: str


InboundEvent = (
    InboundMessage
    | StatusUpdate
    | Edit
    | Deletion
    | Reaction
    | Echo
    | ContactChange
    | Reachability
    | AccountBlocked
    | Ignored
)
