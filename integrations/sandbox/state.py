"""What the sandbox remembers: what every customer's phone shows, and what went over the wire. Bounded, in memory."""

import time
from collections import OrderedDict, deque
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple

MAX_CHATS = 20_000
MAX_LINES = 500
MAX_SENT = 100_000
STEPS = ("", "sent", "delivered", "read")


@dataclass
class Line:
    """One message on a phone. `status` is the furthest receipt, "" for what the customer wrote and nobody read."""

    direction: Literal["in", "out"]
    id: str
    text: str
    at: float = field(default_factory=time.time)
    status: str = ""
    client_ref: str = ""

    def climb(self, status: str) -> None:
        """Receipts come in any order, and a failure is the end."""
        if status == "failed" or (status in STEPS[STEPS.index(self.status) :] if self.status in STEPS else False):
            self.status = status


class ChatKey(NamedTuple):
    platform: str
    account_key: str
    contact: str
    """As the control API names the customer: phone digits, a BSUID or a Telegram id."""

    @property
    def account(self) -> tuple[str, str]:
        return self.platform, self.account_key


@dataclass(frozen=True)
class Sent:
    """An outbound message as it was accepted."""

    platform: str
    account_key: str
    contact: str
    id: str
    client_ref: str
    text: str
    body: dict[str, Any]
    at: float = field(default_factory=time.time)


@dataclass
class Chat:
    lines: deque[Line] = field(default_factory=lambda: deque(maxlen=MAX_LINES))
    user_id: str = ""
    """The BSUID of a customer who is known by phone."""


class State:
    """Belongs to one event loop; nothing in it waits."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.chats: OrderedDict[ChatKey, Chat] = OrderedDict()
        self.sent: deque[Sent] = deque(maxlen=MAX_SENT)
        self.phones: dict[tuple[str, str], str] = {}
        self.names: dict[tuple[str, str], str] = {}
        self.written_in: OrderedDict[str, ChatKey] = OrderedDict()

    def chat(self, key: ChatKey) -> Chat:
        chat = self.chats.setdefault(key, Chat())
        self.chats.move_to_end(key)
        if len(self.chats) > MAX_CHATS:
            self.chats.popitem(last=False)
        return chat

    def accept(self, key: ChatKey, message_id: str, text: str, body: dict[str, Any], client_ref: str = "") -> Line:
        sent = Sent(*key, id=message_id, client_ref=client_ref, text=text, body=body)
        self.sent.append(sent)
        line = Line("out", sent.id, sent.text, sent.at, client_ref=sent.client_ref)
        self.chat(key).lines.append(line)
        return line

    def write(self, key: ChatKey, message_id: str, text: str) -> None:
        """The customer wrote."""
        self.chat(key).lines.append(Line("in", message_id, text))
        self.written_in[message_id] = key
        if len(self.written_in) > MAX_SENT:
            self.written_in.popitem(last=False)

    def read(self, message_id: str) -> bool:
        """The business read a customer's message, and so all before it. False: it is not known."""
        key = self.written_in.get(message_id)
        for line in self.chat(key).lines if key else ():
            if line.direction == "in":
                line.climb("read")
            if line.id == message_id:
                break
        return key is not None

    def seen(self, key: ChatKey) -> None:
        """The business read all that the customer wrote."""
        for line in self.chat(key).lines:
            if line.direction == "in":
                line.climb("read")

    def shown(self, key: ChatKey) -> list[dict[str, Any]]:
        return [asdict(line) for line in self.chats[key].lines] if key in self.chats else []

    def know(self, key: ChatKey, user_id: str) -> None:
        """Two ids of one customer share a phone."""
        if user_id:
            self.chat(key).user_id = user_id
            self.phones[(key.account_key, user_id)] = key.contact

    def contact(self, account_key: str, name: str) -> str:
        return self.phones.get((account_key, name), name)
