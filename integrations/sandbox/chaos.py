"""Faults on order: a table of rules, each for the next few sends that it matches. The first that matches is used."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from integrations.sandbox.exchange import Answer
from integrations.sandbox.state import ChatKey
from integrations.sandbox.torrents import Torrent

Receipts = Literal["none", "duplicate", "reverse", "failed"]


class Rule(BaseModel):
    """What goes wrong. Empty `platform`, `account_key` or `contact` match all.

    `times` None: until cleared. `status` refuses, unless `accept` takes the message all the same. `hang` is silence
    before the answer, in seconds. `drop` and `accept_then_drop` cut the connection in the middle of the answer (a
    client that keeps its connections sees silence instead). `statuses`: what becomes of the receipts; `failed` sends
    one with `code`. `receipts_after`: seconds that they come late. `torrent`: the answer's body drips, has no end or
    unpacks to much. `migrate_to`: the chat's new id, in Telegram's refusal.
    """

    model_config = ConfigDict(extra="forbid")

    platform: str = ""
    account_key: str = ""
    contact: str = ""
    times: int | None = Field(default=1, ge=1)
    status: int = Field(default=0, ge=0, le=599)
    code: int = 0
    subcode: int = 0
    message: str = ""
    retry_after: int = Field(default=0, ge=0)
    migrate_to: int = 0
    delay_ms: int = Field(default=0, ge=0)
    hang: float = Field(default=0, ge=0, le=600)
    accept: bool = False
    drop: bool = False
    accept_then_drop: bool = False
    statuses: Receipts | None = None
    receipts_after: float = Field(default=0, ge=0, le=600)
    torrent: Torrent | None = None

    def matches(self, chat: ChatKey) -> bool:
        wanted = (self.platform, self.account_key, self.contact)
        return all(want in ("", have) for want, have in zip(wanted, chat, strict=True))

    @property
    def takes(self) -> bool:
        return self.accept or self.accept_then_drop or not (self.status or self.drop)


class Chaos:
    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def use(self, chat: ChatKey) -> Rule | None:
        """The rule for this send, counted down."""
        rule = next((rule for rule in self.rules if rule.matches(chat)), None)
        if rule and rule.times is not None:
            rule.times -= 1
            if rule.times == 0:
                self.rules.remove(rule)
        return rule


async def under(rule: Rule | None, take: Callable[[], Answer], refuse: Callable[[Rule], Answer]) -> Answer:
    """The answer to a send under a rule, the message taken or not before it."""
    if rule is None:
        return take()
    await asyncio.sleep(rule.delay_ms / 1000)
    answer = take() if rule.takes else Answer({"dropped": True})
    if rule.status:
        answer = refuse(rule)
    await asyncio.sleep(rule.hang)
    return replace(answer, cut=rule.drop or rule.accept_then_drop, torrent=rule.torrent)
