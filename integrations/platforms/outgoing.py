"""What goes to a customer, as every adapter takes it (`base.Platform.request`)."""

from dataclasses import dataclass, field
from typing import Literal

from integrations.platforms.capabilities import Choice, MediaType
from integrations.platforms.events import MessageType

TextFormat = Literal["plain", "html"]


@dataclass(frozen=True)
class Template:
    """A text that the platform has approved, by name and language; `parameters` fill its {{1}}, {{2}}…"""

    name: str
    language: str
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True)
class OutboundFile:
    """A file on its way out: its `content`, or only a `url` that the platform reaches by itself.

    A file of ours has both, unless this server has no public address: then its `url` is "". `Platform.prepare` may
    upload the content and leave the `media_id` that the platform gave it.
    """

    type: MediaType
    url: str = field(default="", repr=False)
    media_id: str = ""
    name: str = ""
    mime: str = ""
    size: int | None = None
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class OutboundMessage:
    """What goes to one customer. `client_ref` is our message id, put on the wire where the platform echoes it.

    `reply_to` is the external id of the message that is answered. `choices` fit one of the platform's styles. With a
    `template`, `text` is only what we show of it. `human_agent`: a person wrote it, outside the 24 hours. `format`:
    plain, unless the platform renders marks in the text itself. With a `file`, `text` is its caption, or "".
    """

    to: str
    text: str
    client_ref: str
    type: MessageType = "text"
    reply_to: str = ""
    choices: tuple[Choice, ...] = ()
    template: Template | None = None
    file: OutboundFile | None = None
    human_agent: bool = False
    format: TextFormat = "plain"


@dataclass(frozen=True)
class Gesture:
    """What is no message: that somebody types, or has read. `last_heard`: external id of the customer's message."""

    kind: Literal["typing", "read"]
    to: str
    last_heard: str
