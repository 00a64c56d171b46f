"""Whose webhooks go where, and what they are signed with. The core keeps them in memory; `mount` reads the database."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Registered:
    """An account of ours. `secret`: the app secret of a Meta account, the webhook secret of a bot."""

    secret: str
    webhook_url: str


class Directory(Protocol):
    async def lookup(self, platform: str, account_key: str) -> Registered | None: ...

    async def known(self) -> list[dict[str, str]]:
        """All accounts as {platform, account_key, name}, without their secrets."""
        ...

    def reset(self) -> None:
        """Forget whoever was registered here."""
        ...


class MemoryDirectory:
    def __init__(self) -> None:
        self.accounts: dict[tuple[str, str], Registered] = {}

    async def lookup(self, platform: str, account_key: str) -> Registered | None:
        return self.accounts.get((platform, account_key))

    async def known(self) -> list[dict[str, str]]:
        return [{"platform": platform, "account_key": key, "name": ""} for platform, key in self.accounts]

    def reset(self) -> None:
        self.accounts.clear()
