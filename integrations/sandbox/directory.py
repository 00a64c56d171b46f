"""Whose webhooks go where, and what they are signed with. The core keeps them in memory; `mount` reads the database."""

import re
from dataclasses import dataclass
from typing import Protocol

NAMED = re.compile(r".*-(\d{4,})")


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

    async def speaker(self, token: str) -> str:
        """The page or Instagram account that a token speaks for, "" when nobody knows."""
        ...

    async def linked_account(self, page_id: str) -> str:
        """The Instagram account of a page."""
        ...

    def reset(self) -> None:
        """Forget whoever was registered here."""
        ...


class MemoryDirectory:
    """A token names its account by the digits after its last dash; a page's Instagram account has the page's digits."""

    def __init__(self) -> None:
        self.accounts: dict[tuple[str, str], Registered] = {}

    async def lookup(self, platform: str, account_key: str) -> Registered | None:
        return self.accounts.get((platform, account_key))

    async def known(self) -> list[dict[str, str]]:
        return [{"platform": platform, "account_key": key, "name": ""} for platform, key in self.accounts]

    async def speaker(self, token: str) -> str:
        named = NAMED.fullmatch(token)
        return named[1] if named else ""

    async def linked_account(self, page_id: str) -> str:
        return linked_account(page_id)

    def reset(self) -> None:
        self.accounts.clear()


def linked_account(page_id: str) -> str:
    return "1784" + page_id[-13:].rjust(13, "0")
