"""Draining the durable inbox, one conversation at a time.

Conversations are claimed, not rows: rows claimed one by one were handled out of order under kills. A try is counted
before it is made, in a transaction of its own, so that an item that kills the process is found out.
"""

import logging
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

from celery import shared_task
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone

from flame.lib.locks import lock, try_lock
from integrations import inbound
from integrations.actions import report_error
from integrations.models import InboundEvent, Integration
from integrations.platforms.base import UNDATED, AccountBlocked, Ignored, PlatformError
from integrations.platforms.base import InboundEvent as Parsed
from integrations.registry import PLATFORMS
from integrations.renewals import renew_all

logger = logging.getLogger(__name__)
State = InboundEvent.State

BATCH = 50
RECEIVERS = 2
"""How many threads of a process drain at a time: more would meet at the same lanes, and replies need threads too."""
MAX_ATTEMPTS = 3
FORGIVING = timedelta(minutes=15)
RETRY = timedelta(seconds=10)
PARKED_FOR = timedelta(hours=24)
PARKED_STEPS = (1, 2, 4, 8, 15, 30, 60, 300)


@shared_task(ignore_result=True)
def prune() -> int:
    """Forget events dealt with INBOUND_KEPT_DAYS ago; answers how many. The dead stay until someone decides."""
    limit = timezone.now() - timedelta(days=settings.INBOUND_KEPT_DAYS)
    settled = InboundEvent.objects.filter(state__in=[State.DONE, State.IGNORED], received_at__lt=limit)
    return settled.delete()[0]


@shared_task(ignore_result=True)
def renew_tokens() -> int:
    """Renew tokens that end soon; answers how many."""
    return renew_all(timezone.now())


class Lane(NamedTuple):
    """One conversation as the platform names it."""

    platform: str
    account_key: str
    conversation_key: str

    @property
    def name(self) -> str:
        return f"inbound:{self.platform}:{self.account_key}:{self.conversation_key}"


_rung = threading.Event()
_receivers = threading.BoundedSemaphore(RECEIVERS)


@shared_task(ignore_result=True)
def receive() -> int:
    """Handle everything that waits; answers how many items. Rung after each stored batch, and by the clock."""
    total = 0
    _rung.set()  # for whoever is about to end: between its last look and this bell something may have come
    while _rung.is_set() and _receivers.acquire(blocking=False):
        try:
            _rung.clear()
            total += drain_all()
        finally:
            _receivers.release()
    return total


def drain_all() -> int:
    total = 0
    while handled := sum(drain(lane) for lane in waiting_lanes()):
        total += handled
    return total


def due_items() -> QuerySet[InboundEvent]:
    # As the index says it: SQLite reads every event ever stored if the two stand in an IN.
    waiting = Q(state=State.PENDING) | Q(state=State.PARKED)
    return InboundEvent.objects.filter(waiting, next_at__lte=timezone.now())


def waiting_lanes(limit: int = 500) -> list[Lane]:
    """Conversations with due items, longest waiting first."""
    lanes = (
        due_items()
        .values_list("platform", "account_key", "conversation_key")
        .annotate(first=Min("id"))
        .order_by("first")
    )
    return [Lane(*row[:3]) for row in lanes[:limit]]


def drain(lane: Lane) -> int:
    """Handle a conversation's items until none is due. Who finds the lane taken may leave: the holder looks again."""
    handled = 0
    while claimed := claim(lane):
        try:
            handled += handle(lane, claimed)
        except (OperationalError, InterfaceError):
            forgive(claimed)
            raise
        if not due_items().filter(**lane._asdict()).exists():  # a claim that finds nothing is a whole transaction
            break
    return handled


def claim(lane: Lane) -> dict[int, int]:
    """The next items in arrival order, as {id: attempts}, with this try counted and a lease taken."""
    with transaction.atomic():
        if not try_lock(lane.name):
            return {}
        now = timezone.now()  # SQLite has made us wait for the transaction: a lease that is taken by then holds in full
        waiting = InboundEvent.objects.filter(**lane._asdict()).order_by("id").defer("payload")
        pending = waiting.filter(state=State.PENDING)[:BATCH]
        parked = waiting.filter(state=State.PARKED, next_at__lte=now)[:BATCH]
        rows = sorted([*pending, *parked], key=lambda row: row.id)
        if any(row.next_at > now for row in rows[:1]):
            return {}  # its predecessor is in someone's hands
        while rows and rows[0].attempts >= MAX_ATTEMPTS:
            bury(rows.pop(0), "It ended the process each time it was tried.")
        rows = alone_if_suspect(rows)
        lease = timedelta(seconds=settings.WORKER_LEASE_SECONDS)
        InboundEvent.objects.filter(id__in=[row.id for row in rows]).update(
            attempts=F("attempts") + 1, next_at=now + lease, state=State.PENDING
        )
    return {row.id: row.attempts + 1 for row in rows}


def forgive(claimed: dict[int, int]) -> None:
    """The database failed and the process lives, so the try says nothing of the items: it does not count.

    For a while only: an item that brings the database down is as bad as one that ends the process.
    """
    connection.close()
    young = InboundEvent.objects.filter(received_at__gt=timezone.now() - FORGIVING, state=State.PENDING)
    for item, attempts in claimed.items():
        young.filter(id=item, attempts=attempts).update(attempts=attempts - 1)


def alone_if_suspect(rows: list[InboundEvent]) -> list[InboundEvent]:
    """An item whose last try did not end is tried alone, so that it cannot take its neighbours along."""
    return rows[:1] if rows and rows[0].attempts else list(takewhile(lambda row: not row.attempts, rows))


def handle(lane: Lane, claimed: dict[int, int]) -> int:
    """Hand the claimed items up and keep what became of each, in one transaction."""
    with transaction.atomic():
        lock(lane.name)
        rows = [
            row
            for row in InboundEvent.objects.filter(id__in=claimed, state=State.PENDING).order_by("id")
            if row.attempts == claimed[row.id]  # else our lease ran out and another worker has it
        ]
        integration = Integration.objects.connected().speaking_for(lane.platform, lane.account_key)
        if integration is None:
            settle_all(rows, State.IGNORED, "No connected integration has this account.")
        else:
            hand_up(integration, rows)
        keep(rows)
    return len(claimed)


def hand_up(integration: Integration, rows: list[InboundEvent]) -> None:
    wanted: list[tuple[InboundEvent, list[Parsed]]] = []
    for row in rows:
        try:
            events = PLATFORMS[integration.platform].parse(row.payload)
        except ValueError as error:
            # The platform's oddity and no failure of ours: kept, to be replayed if a later version can read it.
            logger.warning("Inbound event %s cannot be read: %s", row.id, error)
            settle_all([row], State.IGNORED, f"Malformed: {error}")
            continue
        notes = [event for event in events if isinstance(event, Ignored | AccountBlocked)]
        news = [dated(event, row.received_at) for event in events if not isinstance(event, Ignored | AccountBlocked)]
        for note in notes:
            if isinstance(note, AccountBlocked):
                report_block(row, note)
        if news:
            wanted.append((row, news))
        else:
            reasons = "; ".join(note.reason for note in notes)
            settle_all([row], State.IGNORED, reasons or "Nothing in it concerns a conversation.")
    receiver = inbound.receiver()
    if not wanted or receiver is None:  # a system check refuses to start without a receiver
        return
    outcomes = receiver(integration, [news for _, news in wanted])
    for (row, _), outcome in zip(wanted, outcomes, strict=True):
        settle(row, outcome)


def report_block(row: InboundEvent, blocked: AccountBlocked) -> None:
    """A WhatsApp business account is blocked with all its numbers."""
    for integration in Integration.objects.connected().named(row.platform, row.account_key):
        report_error(integration, PlatformError("account", "blocked", blocked.reason))


def dated(event: Parsed, received_at: datetime) -> Parsed:
    if isinstance(event, Ignored | AccountBlocked) or event.occurred_at != UNDATED:
        return event
    return replace(event, occurred_at=received_at)


def keep(rows: list[InboundEvent]) -> None:
    """Write what became of each. Nearly all are done, and one plain statement says so of them all."""
    done = [row for row in rows if row.state == State.DONE]
    InboundEvent.objects.filter(id__in=[row.id for row in done]).update(state=State.DONE, error="")
    others = [row for row in rows if row.state != State.DONE]
    InboundEvent.objects.bulk_update(others, ["state", "error", "attempts", "next_at"])


def settle(row: InboundEvent, outcome: inbound.Outcome | Exception) -> None:
    now = timezone.now()
    if isinstance(outcome, Exception):
        row.error = f"{type(outcome).__name__}: {outcome}"[:2000]
        logger.error("Inbound event %s failed at try %d", row.id, row.attempts, exc_info=outcome)
        if row.attempts >= MAX_ATTEMPTS:
            row.state = State.DEAD
        else:
            row.state, row.next_at = State.PARKED, now + RETRY * row.attempts
    elif outcome is inbound.Outcome.PARKED and now - row.received_at < PARKED_FOR:
        waited = (now - row.received_at).total_seconds()
        step = next((step for step in PARKED_STEPS if step > waited), PARKED_STEPS[-1])
        row.state, row.attempts, row.next_at = State.PARKED, 0, now + timedelta(seconds=step)
        row.error = "Its message is not here yet."
    elif outcome is inbound.Outcome.PARKED:
        settle_all([row], State.IGNORED, "Its message never came.")
    else:
        row.state, row.error = State.DONE, ""


def settle_all(rows: list[InboundEvent], state: "InboundEvent.State", reason: str) -> None:
    for row in rows:
        row.state, row.error = state, reason[:2000]


def bury(row: InboundEvent, reason: str) -> None:
    row.state, row.error = State.DEAD, reason[:2000]
    logger.error("Inbound event %s is dead: %s", row.id, reason)
    row.save(update_fields=["state", "error"])
