"""Which secrets may sign for which account. Cached for seconds, and asked again before anything is refused."""

import hmac
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db.models import Q

from integrations.inbox import ask
from integrations.models import Integration
from integrations.platforms.base import Account, Platform
from integrations.platforms.keys import secret_digest

KEPT_SECONDS = 5.0
"""How long a rotated or removed secret may still pass."""
KEPT_ACCOUNTS = 10_000
TRIED_SECRETS = 20
"""For a body about nobody we know: each costs a digest of up to 3 MB."""


@dataclass(frozen=True)
class Signer:
    """An account as the webhook names it, and the secrets it may sign with."""

    account_key: str
    secrets: tuple[str, ...]


_cache: dict[tuple[str, str], tuple[float, Signer]] = {}


async def signers(adapter: Platform, names: Iterable[str], *, fresh: bool = False) -> dict[str, Signer]:
    """For each name (an account's key, or the digest of its secret) who may sign. Unknown: the environment's secret."""
    limit = time.monotonic() - (0 if fresh else KEPT_SECONDS)
    found = {name: _cache.get((adapter.name, name), (0.0, None)) for name in set(names)}
    missing = [name for name, (stored_at, _) in found.items() if stored_at < limit]
    known = {name: signer for name, (stored_at, signer) in found.items() if signer and stored_at >= limit}
    if missing:
        read = await ask(partial(_read, adapter, missing))
        if len(_cache) > KEPT_ACCOUNTS:
            _cache.clear()
        now = time.monotonic()
        _cache.update({(adapter.name, name): (now, signer) for name, signer in read.items()})
        known.update(read)
    return known


async def is_of_our_app(adapter: Platform, names: set[str], raw: bytes, headers: Mapping[str, str]) -> bool:
    """Whether a body that names no account of ours is signed by an app of ours: a dashboard's sample, a page that left.

    Its content is nobody's and is not kept; but refused, the platform would repeat it, and give the app up in the end.
    """
    secrets = await ask(partial(_secrets_for_strangers, adapter, names - {""}))
    return any(adapter.verify(raw, headers, secret) for secret in secrets)


async def is_verify_token(name: str, token: str) -> bool:
    """Whether a handshake's token is the environment's or that of any account. Compared by digest."""
    expected = settings.PLATFORM_DEFAULTS.get(name, {}).get("verify_token", "")
    if expected and hmac.compare_digest(token.encode(), expected.encode()):
        return True
    key = secret_digest(token)
    known = Integration.objects.filter(webhook_key=key).exclude(webhook_key="")
    return await ask(known.exists)


def forget() -> None:
    """Empty the cache of this process."""
    _cache.clear()


def _secrets_for_strangers(adapter: Platform, names: set[str]) -> set[str]:
    rows = Integration.objects.filter(platform=adapter.name)
    if rows.filter(Q(account_key__in=names) | Q(parent_key__in=names)).exists():
        return set()
    newest = rows.order_by("-updated_at")[:TRIED_SECRETS]
    return {secret for row in newest if (secret := adapter.secret(row.account()))}


def _read(adapter: Platform, names: list[str]) -> dict[str, Signer]:
    fallback = adapter.secret(Account(adapter.name, settings.PLATFORM_DEFAULTS[adapter.name]))
    signers = {name: Signer(name, (fallback,) if fallback else ()) for name in names}
    by_any_key = Q(account_key__in=names) | Q(parent_key__in=names) | Q(webhook_key__in=names)
    rows = Integration.objects.filter(by_any_key, platform=adapter.name)
    for name in names:
        if name and (named := [row for row in rows if name in (row.account_key, row.parent_key, row.webhook_key)]):
            # Whoever is connected speaks for the account. Rows that never connected cannot take it from them.
            speaking = [row for row in named if row.status != Integration.Status.INACTIVE] or named
            secrets = tuple(dict.fromkeys(filter(None, (adapter.secret(row.account()) for row in speaking))))
            account_key = speaking[0].account_key if name == speaking[0].webhook_key else name
            signers[name] = Signer(account_key, secrets)
    return signers
