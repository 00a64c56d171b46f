"""The sandbox's own API, JSON at /sandbox/control/…: be a customer, look at phones, order faults.

| Call | What it does |
|---|---|
| `GET accounts` | who is registered: `{accounts: [{platform, account_key, name}]}` |
| `PUT accounts/{platform}/{account_key}` | `{secret, webhook_url}`: register one (only in a process of its own) |
| `POST inbound` | a customer writes, see `Inbound`: `{messages: [{id, statuses}]}`, each webhook's HTTP status or 0 |
| `GET chats/{platform}/{account_key}/{contact}` | what the phone shows: `{lines, receipts}` |
| `GET sent?platform=&account_key=` | every message that was accepted, in order, and the ids of its files: `{sent}` |
| `GET files/{id}` | a file that somebody sent: `{name, mime, content}`, in base64 |
| `GET chaos`, `POST chaos`, `DELETE chaos` | list the faults, add one (see `chaos.Rule`), clear them |
| `POST troubles/{name}` | add a fault by its name (`troubles.TROUBLES`), with more of a `Rule` if given |
| `PUT delays` | `{sent, delivered, read}`: seconds from a message to its receipts |
| `DELETE state` | forget everything, also who was registered, and drop the webhooks that wait |
"""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from integrations.sandbox import messaging, telegram, whatsapp
from integrations.sandbox.chaos import Rule
from integrations.sandbox.directory import MemoryDirectory, Registered
from integrations.sandbox.exchange import Answer, Call
from integrations.sandbox.files import File, Sending, open_link
from integrations.sandbox.mailing import Letter, Order, arranged
from integrations.sandbox.postman import UnknownAccount
from integrations.sandbox.state import ChatKey, State
from integrations.sandbox.troubles import TROUBLES
from integrations.sandbox.world import Delays, World

Body = dict[str, Any]


@dataclass(frozen=True)
class Customers:
    """How the customers of a platform write."""

    inbound: Callable[[State, ChatKey, str, Body], tuple[str, Body]]
    text: Callable[[str], Body]
    sent_file: Callable[[File, Sending, str], Body]
    """A file in a message, and the link by which Messenger and Instagram name it."""
    shown: Callable[[Body], str]
    receipts: bool
    """Whether the platform tells what became of a message."""


CUSTOMERS: dict[str, Customers] = {
    "whatsapp": Customers(whatsapp.inbound, whatsapp.text, whatsapp.sent_file, whatsapp.shown, receipts=True),
    "facebook": Customers(messaging.inbound, messaging.text, messaging.sent_file, messaging.shown, receipts=True),
    "instagram": Customers(messaging.inbound, messaging.text, messaging.sent_file, messaging.shown, receipts=True),
    "telegram": Customers(telegram.inbound, telegram.text, telegram.sent_file, telegram.shown, receipts=False),
}


class Inbound(BaseModel):
    """`content`: the platform's own message fields instead of a text; Messenger and Instagram also take another part of
    an event. `file`: a file that they send. `{n}` in the text counts up to `count`.

    `user_id` gives a WhatsApp customer with a phone a BSUID too. `duplicates`: how often each webhook comes again.
    `others`: how many more customers write the same. `order` of the webhooks; `batch` puts all into one. `clock`: how
    many seconds the platform's clock is ahead.
    """

    model_config = ConfigDict(extra="forbid")

    platform: str
    account_key: str = ""
    contact: str = Field(pattern=r"^[0-9A-Za-z.]{1,131}$")
    name: str = ""
    text: str = Field(default="", max_length=65_536)
    content: Body = {}
    file: Sending | None = None
    user_id: str = ""
    count: int = Field(default=1, ge=1, le=1000)
    duplicates: int = Field(default=0, ge=0, le=50)
    others: int = Field(default=0, ge=0, le=50)
    order: Order = "as_written"
    batch: bool = False
    clock: float = Field(default=0, ge=-(10**8), le=10**8)

    def contacts(self) -> list[str]:
        number = self.contact.isdecimal()
        more = range(1, self.others + 1)
        return [self.contact, *(str(int(self.contact) + n) if number else f"{self.contact}{n}" for n in more)]


class Register(BaseModel):
    model_config = ConfigDict(extra="forbid")

    secret: str
    webhook_url: str = Field(pattern="^https?://")


class Control:
    def __init__(self, world: World) -> None:
        self.world = world
        self.routes: dict[tuple[str, str, int], Callable[[Call], Awaitable[Answer]]] = {
            ("GET", "accounts", 1): self.accounts,
            ("PUT", "accounts", 3): self.register,
            ("POST", "inbound", 1): self.inbound,
            ("GET", "chats", 4): self.chat,
            ("GET", "sent", 1): self.sent,
            ("GET", "files", 2): self.file,
            ("GET", "chaos", 1): self.faults,
            ("POST", "chaos", 1): self.add_fault,
            ("DELETE", "chaos", 1): self.clear_faults,
            ("POST", "troubles", 2): self.add_trouble,
            ("PUT", "delays", 1): self.delays,
            ("DELETE", "state", 1): self.clear_state,
        }

    async def answer(self, call: Call) -> Answer:
        route = self.routes.get((call.method, call.parts[0], len(call.parts))) if call.parts else None
        if route is None:
            return refused(404, "There is no such call; see integrations/sandbox/control.py.")
        # A page in somebody's browser may post a form here, but JSON only after a preflight that nobody answers.
        if call.raw and not call.headers.get("content-type", "").startswith("application/json"):
            return refused(415, "Send application/json.")
        try:
            return await route(call)
        except UnknownAccount as error:
            return refused(404, str(error))
        except ValidationError as error:
            first = error.errors()[0]
            return refused(400, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
        except ValueError as error:
            return refused(400, str(error))

    async def accounts(self, _call: Call) -> Answer:
        return Answer({"accounts": await self.world.directory.known()})

    async def register(self, call: Call) -> Answer:
        directory = self.world.directory
        if not isinstance(directory, MemoryDirectory):
            return refused(405, "Accounts are read from the integrations here.")
        new = Register.model_validate(call.json())
        directory.accounts[(call.parts[1], call.parts[2])] = Registered(new.secret, new.webhook_url)
        return Answer({"registered": call.parts[2]})

    async def inbound(self, call: Call) -> Answer:
        order = Inbound.model_validate(call.json())
        customers = CUSTOMERS.get(order.platform)
        if customers is None:
            raise ValueError(f"{order.platform!r} is no platform here; there are {', '.join(CUSTOMERS)}.")
        account_key = order.account_key or await self.first_account(order.platform)
        keys = [ChatKey(order.platform, account_key, contact) for contact in order.contacts()]
        self.world.state.know(keys[0], order.user_id)
        if order.file:
            file = self.world.files.send(order.file)
            order.content = customers.sent_file(file, order.file, open_link(file, call))
        numbers = range(1, order.count + 1)
        letters = [self.write(key, order, customers, number) for number in numbers for key in keys]
        names = [name for letter in letters for name in letter.messages]
        told: dict[str, list[int]] = {}
        for letter in arranged(letters, order.order, batch=order.batch, clock=order.clock):
            times = range(order.duplicates + 1)
            statuses = [await self.world.postman.deliver(*keys[0].account, letter.body) for _ in times]
            told.update(dict.fromkeys(letter.messages, statuses))
        return Answer({"messages": [{"id": name, "statuses": told[name]} for name in names]})

    async def first_account(self, platform: str) -> str:
        known = await self.world.directory.known()
        found = next((account["account_key"] for account in known if account["platform"] == platform), "")
        if not found:
            raise UnknownAccount(f"No {platform} account is registered.")
        return found

    def write(self, key: ChatKey, order: Inbound, customers: Customers, number: int) -> Letter:
        """One message of a customer, on their phone and as a webhook."""
        content = order.content or customers.text(order.text.replace("{n}", str(number)))
        name, body = customers.inbound(self.world.state, key, order.name or f"Cliente {key.contact[-4:]}", content)
        if line := customers.shown(content):
            self.world.state.write(key, name, line)
        return Letter((name,), body)

    async def chat(self, call: Call) -> Answer:
        key = ChatKey(*call.parts[1:])
        customers = CUSTOMERS.get(key.platform)
        shown = self.world.state.shown(key)
        return Answer({"lines": shown, "receipts": customers is not None and customers.receipts})

    async def sent(self, call: Call) -> Answer:
        wanted = (call.query.get("platform", ""), call.query.get("account_key", ""))
        matching = [
            {**asdict(sent), "files": self.world.files.named_in(sent.body)}
            for sent in self.world.state.sent
            if wanted[0] in ("", sent.platform) and wanted[1] in ("", sent.account_key)
        ]
        return Answer({"sent": matching})

    async def file(self, call: Call) -> Answer:
        file = self.world.files.kept.get(call.parts[1])
        if file is None:
            return refused(404, "There is no such file.")
        return Answer({"name": file.name, "mime": file.mime, "content": base64.b64encode(file.content).decode()})

    async def faults(self, _call: Call) -> Answer:
        return Answer({"rules": [rule.model_dump() for rule in self.world.chaos.rules]})

    async def add_fault(self, call: Call) -> Answer:
        self.world.chaos.rules.append(Rule.model_validate(call.json()))
        return await self.faults(call)

    async def add_trouble(self, call: Call) -> Answer:
        """A fault by its name; those of what customers write are ordered with `POST inbound`."""
        trouble = TROUBLES.get(call.parts[1])
        if trouble is None or not trouble.rule:
            raise ValueError(f"Name one of {', '.join(name for name, each in TROUBLES.items() if each.rule)}.")
        self.world.chaos.rules.append(Rule.model_validate({**trouble.rule, **call.json()}))
        return await self.faults(call)

    async def clear_faults(self, call: Call) -> Answer:
        self.world.chaos.rules.clear()
        return await self.faults(call)

    async def delays(self, call: Call) -> Answer:
        self.world.delays = Delays.model_validate(call.json())
        return Answer(self.world.delays.model_dump())

    async def clear_state(self, _call: Call) -> Answer:
        self.world.reset()
        return Answer({"cleared": True})


def refused(status: int, text: str) -> Answer:
    return Answer({"error": text}, status)
