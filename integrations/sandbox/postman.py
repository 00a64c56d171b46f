"""Webhooks to whoever is registered, by a real HTTP client in a thread, repeated like the platforms repeat theirs."""

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from integrations.platforms.meta import signature
from integrations.sandbox.directory import Directory, Registered

logger = logging.getLogger(__name__)
TIMEOUT = (2.0, 10.0)
BACK_OFF = (0.5, 1, 2, 4, 8, 16, 30, 30, 30)
"""Meta goes on for seven days; who develops does not want to wait for that."""
THREADS = 8


def meta_headers(raw: bytes, secret: str) -> dict[str, str]:
    return {"X-Hub-Signature-256": signature.signature(raw, secret)}


def telegram_headers(_raw: bytes, secret: str) -> dict[str, str]:
    return {"X-Telegram-Bot-Api-Secret-Token": secret}


SIGN: dict[str, Callable[[bytes, str], dict[str, str]]] = {
    "whatsapp": meta_headers,
    "facebook": meta_headers,
    "instagram": meta_headers,
    "telegram": telegram_headers,
}


def encode(body: dict[str, Any]) -> bytes:
    """Meta escapes what is not ASCII in the bytes that it signs, so we do."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=True).encode()


class UnknownAccount(LookupError):
    """Nobody is registered for the account, so it has nowhere to send."""


class Postman:
    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="sandbox-postman")
        self._local = threading.local()
        self._errands: set[asyncio.Task[None]] = set()

    async def deliver(self, platform: str, account_key: str, body: dict[str, Any]) -> int:
        """Send a webhook; answers the first HTTP status, 0 for none. What is not taken is repeated in the background.

        Raises UnknownAccount.
        """
        registered = await self.directory.lookup(platform, account_key)
        if registered is None:
            raise UnknownAccount(f"No {platform} account {account_key} is registered.")
        raw = encode(body)
        status = await self._post(platform, registered, raw)
        if not taken(status):
            self.spawn(self._repeat(platform, account_key, raw))
        return status

    def spawn(self, errand: Coroutine[Any, Any, None]) -> None:
        """Run something beside the answer; the event loop itself keeps only a weak reference."""
        task = asyncio.get_running_loop().create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    def drop_errands(self) -> None:
        for task in self._errands:
            task.cancel()

    async def _repeat(self, platform: str, account_key: str, raw: bytes) -> None:
        for pause in BACK_OFF:
            await asyncio.sleep(pause)
            registered = await self.directory.lookup(platform, account_key)
            if registered is None or taken(await self._post(platform, registered, raw)):
                return
        logger.warning("A webhook for %s account %s was given up", platform, account_key)

    async def _post(self, platform: str, registered: Registered, raw: bytes) -> int:
        headers = {"Content-Type": "application/json", **SIGN[platform](raw, registered.secret)}
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._blocking_post, registered.webhook_url, raw, headers)

    def _blocking_post(self, url: str, raw: bytes, headers: dict[str, str]) -> int:
        try:
            with self._session().post(url, data=raw, headers=headers, timeout=TIMEOUT) as answer:
                return answer.status_code
        except requests.RequestException as error:
            logger.info("A webhook did not arrive: %s", type(error).__name__)
            return 0

    def _session(self) -> requests.Session:
        """One per thread. A proxy of the environment has no business with a loopback address."""
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.trust_env = False
        session: requests.Session = self._local.session
        return session


def taken(status: int) -> bool:
    return 200 <= status < 300  # noqa: PLR2004 - HTTP's own
