"""Showing the customer that somebody types, or has read: beside the way of messages, and nothing hangs on it."""

import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from conversations.models import Conversation, Message
from conversations.windows import capabilities_of
from integrations import outbound
from integrations.models import Integration
from integrations.platforms.base import Gesture, PlatformError

logger = logging.getLogger(__name__)

FIRST_AFTER = 1.0
"""Seconds: who answers sooner need not be seen typing."""
RENEWED_AT = 0.8
"""Of the time that a platform shows it."""


@contextmanager
def shown_typing(heard: Message) -> Iterator[None]:
    """While somebody thinks about a customer's message. In a thread of its own, which is never waited for."""
    integration, conversation = heard.integration, heard.conversation
    shown_for = capabilities_of(conversation).typing_seconds
    if integration is None or integration.status != Integration.Status.ACTIVE or not shown_for:
        yield
        return
    gesture, over = Gesture("typing", conversation.contact_external_id, heard.external_id or ""), threading.Event()
    arguments = (integration, gesture, shown_for * RENEWED_AT, over)
    threading.Thread(target=type_until, args=arguments, name="typing", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def type_until(integration: Integration, gesture: Gesture, every: float, over: threading.Event) -> None:
    wait = FIRST_AFTER
    while not over.wait(wait) and make(integration, gesture):
        wait = every


def show_read(conversation_id: uuid.UUID) -> bool:
    """Tell the platform that a person has read the thread; False when nobody was told."""
    conversation = Conversation.objects.select_related("integration").filter(pk=conversation_id).first()
    if conversation is None or conversation.integration is None or not capabilities_of(conversation).mark_read:
        return False
    heard = conversation.messages.filter(sender=Message.Sender.USER).order_by("-sequence").first()
    if heard is None or not heard.external_id or conversation.integration.status != Integration.Status.ACTIVE:
        return False
    return make(conversation.integration, Gesture("read", conversation.contact_external_id, heard.external_id))


def make(integration: Integration, gesture: Gesture) -> bool:
    try:
        outbound.gesture(integration, gesture)
    except PlatformError as error:
        logger.info("A customer was not shown %r: %s", gesture.kind, error)
        return False
    return True
