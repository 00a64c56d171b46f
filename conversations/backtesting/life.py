"""The life of a backtest: begun once, claimed under a lease, gone on with after a kill, ended with its report.

`attempts` is also the fence: who was given up for dead and comes back finds another number, and stops.
"""

import uuid
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from assistants.models import Assistant, KnowledgeVersion
from conversations.backtesting.questions import questions_of
from conversations.models import Backtest

LEASE = timedelta(seconds=60)
"""Longer than one reply takes at most."""
MAX_ATTEMPTS = 3
Status = Backtest.Status


class Lost(Exception):
    """The backtest is not ours any more: another worker took it up, or it is gone."""


class NothingAsked(Exception):
    """No customer has asked this assistant anything yet."""


def begin_backtest(
    assistant: Assistant,
    conversations: int,
    *,
    ai_prompt: str | None = None,
    model: str = "",
    version: KnowledgeVersion | None = None,
) -> Backtest:
    """The assistant's running backtest, a new one if there is none. Raises NothingAsked."""
    questions = questions_of(assistant, conversations)
    if not questions:
        raise NothingAsked
    wanted = {"ai_prompt": ai_prompt, "model": model, "version": version, "questions": questions}
    try:
        with transaction.atomic():
            return Backtest.objects.create(user_id=assistant.user_id, assistant=assistant, **wanted)
    except IntegrityError:
        return Backtest.objects.get(assistant=assistant, status=Status.RUNNING)


def claim(backtest_id: uuid.UUID) -> Backtest | None:
    """Take one whose lease is over, and count the try before it is made."""
    now = timezone.now()
    free = Backtest.objects.filter(pk=backtest_id, status=Status.RUNNING, lease_until__lte=now)
    if not free.update(lease_until=now + LEASE, attempts=F("attempts") + 1):
        return None
    claimed = Backtest.objects.select_related("assistant").filter(pk=backtest_id).first()
    if claimed is not None and claimed.attempts > MAX_ATTEMPTS:
        settle(claimed, Status.FAILED, error="died")
        return None
    return claimed


def backtests_due() -> list[uuid.UUID]:
    due = Backtest.objects.filter(status=Status.RUNNING, lease_until__lte=timezone.now())
    return list(due.order_by("lease_until").values_list("id", flat=True)[:100])


def hold_on(backtest: Backtest) -> None:
    """Renew the lease. Raises Lost."""
    if not _held(backtest).update(lease_until=timezone.now() + LEASE, updated_at=timezone.now()):
        raise Lost


def settle(backtest: Backtest, status: str, **results: Any) -> None:
    """Raises Lost."""
    now = timezone.now()
    if not _held(backtest).update(status=status, finished_at=now, updated_at=now, **results):
        raise Lost


def _held(backtest: Backtest) -> Any:
    return Backtest.objects.filter(pk=backtest.pk, status=Status.RUNNING, attempts=backtest.attempts)
