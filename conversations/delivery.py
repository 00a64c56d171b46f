"""Carrying a thread's queued messages to the platform, in order."""

import logging
import time
import uuid
from collections.abc import Callable
from functools import partial

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from accounts import stream
from conversations.actions import outbox
from conversations.actions.contacts import move_contact
from conversations.actions.threads import lock_conversation
from conversations.models import Message
from conversations.outgoing import as_outbound
from integrations.actions import OF_THE_ACCOUNT, report_error
from integrations.models import Integration
from integrations.outbound import send
from integrations.platforms.base import Contact, OutboundMessage, PlatformError

logger = logging.getLogger(__name__)

PAUSES = (0.5, 1, 2, 4)
"""Seconds: with a slow send, still within the outbox's lease."""


def deliver_thread(conversation_id: uuid.UUID) -> int:
    """Send what is due, one after the other; answers how many left the queue."""
    carried = 0
    while (message := outbox.claim_next(conversation_id)) is not None:
        carried += carry(message)
    return carried


def carry(message: Message) -> bool:
    """Send one claimed message. The transaction of each step ends before the wire is touched."""
    if refusal := outbox.obstacle(message):
        outbox.fail(message, refusal)
        return True
    integration = message.integration
    if integration is None or integration.status != Integration.Status.ACTIVE:
        outbox.put_back(message, outbox.HOLD)
        return False
    if not outbox.mark_on_wire(message):
        return False
    outbound = as_outbound(message)
    try:
        external_id = send(integration, outbound)
    except PlatformError as error:
        if error.instead is None or not outbox.mark_on_wire(message):
            record(partial(refused, integration, message, error))
            return True
        return carry_instead(integration, message, outbound, error.instead)
    record(partial(outbox.settle_sent, message, external_id))
    return True


def carry_instead(
    integration: Integration, message: Message, refused_one: OutboundMessage, instead: OutboundMessage
) -> bool:
    """What the platform asked for in the place of a message that it refused: once."""
    try:
        external_id = send(integration, instead)
    except PlatformError as error:
        record(partial(refused, integration, message, error))
    else:
        record(partial(outbox.settle_sent, message, external_id))
    if instead.to != refused_one.to:
        record(partial(moved, message.conversation_id, instead.to))
    return True


def moved(conversation_id: uuid.UUID, external_id: str) -> None:
    """The platform knows the customer by another id now."""
    with stream.gathered():
        move_contact(lock_conversation(conversation_id), Contact(external_id))


def record(outcome: Callable[[], None]) -> None:
    """Write down what became of a send. Nobody else knows it, so a database that is away for a moment is waited for."""
    for pause in PAUSES:
        try:
            outcome()
        except (OperationalError, InterfaceError) as error:
            logger.warning("The outcome of a send could not be stored, trying again: %s", error)
            connection.close()
            time.sleep(pause)
        else:
            return
    outcome()


def refused(integration: Integration, message: Message, error: PlatformError) -> None:
    with stream.gathered():
        outbox.settle_error(message, error)
        if error.error_class in OF_THE_ACCOUNT:
            report_error(integration, error)


def recover_lost(limit: int = 200) -> set[uuid.UUID]:
    """Threads with something to send, after messages whose worker died have been put in order."""
    overdue = Message.objects.undelivered().filter(next_attempt_at__lte=timezone.now())
    threads = set()
    for message in overdue.select_related("conversation", "integration").order_by("next_attempt_at")[:limit]:
        if message.status == Message.Status.QUEUED or outbox.recover(message):
            threads.add(message.conversation_id)
    return threads
