"""Everything that the parts of the sandbox share."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from integrations.sandbox.chaos import Chaos
from integrations.sandbox.directory import Directory, MemoryDirectory, Registered
from integrations.sandbox.files import Files
from integrations.sandbox.postman import Postman, UnknownAccount
from integrations.sandbox.state import State

logger = logging.getLogger(__name__)
SOME_APP = "100000000000001"


class Delays(BaseModel):
    """Seconds from a send to each of its receipts."""

    model_config = ConfigDict(extra="forbid")

    sent: float = Field(default=0.1, ge=0, le=60)
    delivered: float = Field(default=0.4, ge=0, le=60)
    read: float = Field(default=1.0, ge=0, le=60)


@dataclass
class World:
    directory: Directory = field(default_factory=MemoryDirectory)
    state: State = field(default_factory=State)
    chaos: Chaos = field(default_factory=Chaos)
    delays: Delays = field(default_factory=Delays)
    files: Files = field(default_factory=Files)
    subscriptions: dict[str, set[str]] = field(default_factory=dict)
    """Asset id → ids of the apps that get its webhooks."""
    subscribed_fields: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """Page or Instagram account → app → the webhook fields that it gets."""
    app_subscriptions: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """App → object → where its webhooks go, and which fields it wants."""
    apps: dict[str, str] = field(default_factory=dict)
    """Access token → id of the app that it belongs to, as far as `debug_token` told us."""
    bots: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Bot id → what `setWebhook` was given."""
    postman: Postman = field(init=False)

    def __post_init__(self) -> None:
        self.postman = Postman(WithBots(self.directory, self.bots))

    def reset(self) -> None:
        """As if it had just started."""
        self.postman.drop_errands()
        self.directory.reset()
        self.delays = Delays()
        self.chaos.rules.clear()
        for memory in (self.state, self.files, self.app_subscriptions, self.apps, self.bots):
            memory.clear()
        for subscribed in (self.subscriptions, self.subscribed_fields):
            subscribed.clear()

    async def deliver_after(self, seconds: float, platform: str, account_key: str, body: dict[str, Any]) -> None:
        await asyncio.sleep(seconds)
        try:
            await self.postman.deliver(platform, account_key, body)
        except UnknownAccount as error:
            logger.info("A receipt has nowhere to go: %s", error)


@dataclass
class WithBots:
    """The directory, and behind it what the bots themselves asked for with `setWebhook`."""

    directory: Directory
    bots: dict[str, dict[str, Any]]

    async def lookup(self, platform: str, account_key: str) -> Registered | None:
        found = await self.directory.lookup(platform, account_key)
        webhook = self.bots.get(account_key, {}) if platform == "telegram" else {}
        if found is None and webhook.get("url"):
            return Registered(str(webhook.get("secret_token", "")), str(webhook["url"]))
        return found

    async def known(self) -> list[dict[str, str]]:
        return await self.directory.known()

    async def speaker(self, token: str) -> str:
        return await self.directory.speaker(token)

    async def linked_account(self, page_id: str) -> str:
        return await self.directory.linked_account(page_id)

    def reset(self) -> None:
        self.directory.reset()
