"""Carrying a thread's queued messages to the platform, in order."""

import time
import uuid
from functools import partial

from django.utils import timezone

from accounts import stream
from conversations.actions import outbox, outcomes, unconfirmed
from conversations.actions.contacts import move_contact
from conversations.actions.threads import lock_conversation
from conversations.models import Message
from conversations.outgoing import as_outbound
from conversations.outgoing_files import with_bytes
from flame.lib.database import insist
from integrations import pacing
from integrations.actions import OF_THE_ACCOUNT, report_error, warn
from integrations.models import Integration
from integrations.outbound import prepare, send
from integrations.platforms.base import Contact, OutboundMessage, PlatformError

SHORT_WAIT = 1.0


def deliver_thread(conversation_id: uuid.UUID) -> int:
    """Send what is due, one after the other; answers how many left the queue."""
    carried = 0
    while (message := outbox.claim_next(conversation_id)) is not None:
        carried += carry(message)
    return carried


def carry(message: Message) -> bool:
    """Send one claimed message. The transaction of each step ends before the wire is touched."""
    if refusal := outbox.obstacle(message):
        outcomes.fail(message, refusal)
        return True
    integration = message.integration
    if integration is None or integration.status != Integration.Status.ACTIVE:
        outbox.hold(message, outbox.HOLD)
        return False
    outbound = as_outbound(message)
    if wait := turn(integration, outbound.to):
        outbox.hold(message, wait)
        return False
    try:
        outbound = prepare(integration, with_bytes(message, outbound))
    except PlatformError as error:
        insist(partial(refused, integration, message, error))
        return True
    return put_on_wire(integration, message, outbound)


def turn(integration: Integration, contact: str) -> float:
    """Seconds to hold the message back; a short wait is sat out here, which is sooner than the next sweep."""
    wait = pacing.turn(integration, contact)
    if 0 < wait <= SHORT_WAIT:
        time.sleep(wait)
        wait = pacing.turn(integration, contact)
    return wait


def put_on_wire(integration: Integration, message: Message, outbound: OutboundMessage) -> bool:
    """What the platform asks for in the place of a message that it refuses is sent once."""
    error, external_id = attempt(integration, message, outbound)
    if error and error.instead:
        moved_to, outbound = error.instead.to, error.instead
        error, external_id = attempt(integration, message, outbound)
        if moved_to != message.conversation.contact_external_id:
            insist(partial(moved, message.conversation_id, moved_to))
    if error:
        insist(partial(refused, integration, message, error))
    elif external_id:
        insist(partial(outcomes.settle_sent, message, external_id))
    return bool(error or external_id)


def attempt(
    integration: Integration, message: Message, outbound: OutboundMessage
) -> tuple[PlatformError | None, str | None]:
    """One try: the refusal or the platform's id; neither where the lease was lost, and nothing was sent."""
    if not outbox.mark_on_wire(message):
        return None, None
    try:
        external_id = send(integration, outbound)
    except PlatformError as error:
        pacing.answered(integration, error)
        if error.error_class == "rate_limited":
            pacing.slow_down(integration, outbound.to, outcomes.pause(message, error), of_contact=error.of_contact)
        return error, None
    pacing.answered(integration, None)
    return None, external_id


def moved(conversation_id: uuid.UUID, external_id: str) -> None:
    """The platform knows the customer by another id now."""
    with stream.gathered():
        move_contact(lock_conversation(conversation_id), Contact(external_id))


def refused(integration: Integration, message: Message, error: PlatformError) -> None:
    with stream.gathered():
        outcomes.settle_error(message, error)
        if error.error_class in OF_THE_ACCOUNT:
            report_error(integration, error)
        elif error.of_trust:
            warn(integration, error)


def recover_lost(limit: int = 200) -> set[uuid.UUID]:
    """Threads with something to send, after messages whose worker died have been put in order."""
    overdue = Message.objects.undelivered().filter(next_attempt_at__lte=timezone.now())
    threads = set()
    for message in overdue.select_related("conversation", "integration").order_by("next_attempt_at")[:limit]:
        if message.status == Message.Status.QUEUED or unconfirmed.recover(message):
            threads.add(message.conversation_id)
    return threads
