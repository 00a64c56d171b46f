"""Whether a customer can be reached: what the platform said of it, which holds until they write again."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.stream import CUSTOMER
from conversations.actions.announce import announce
from conversations.models import Conversation, Message
from integrations.platforms.base import Reachability

Status = Message.Status


def note_refusal(message: Message, error_class: str) -> None:
    """Keep what a refused message says of its customer: the window is closed, or nobody can be reached there."""
    now = timezone.now()
    if error_class == "needs_template":
        keep(message, window_expires_at=now)
    elif error_class == "recipient":
        keep(message, contact_unreachable_at=now)


def keep(message: Message, **facts: Any) -> None:
    """Unless the customer wrote since the message left: then the refusal tells of a time that is over."""
    threads = Conversation.objects.filter(pk=message.conversation_id)
    if message.wire_at is not None:
        threads = threads.filter(Q(last_inbound_at__lt=message.wire_at) | Q(last_inbound_at=None))
    if threads.update(**facts, updated_at=timezone.now()):
        message.conversation.refresh_from_db()
        announce("updated", message.conversation)


def note_reachability(conversation: Conversation, told: Reachability) -> None:
    """The customer blocked a locked thread's account, or opened it again."""
    conversation.contact_unreachable_at = None if told.reachable else told.occurred_at
    conversation.save(update_fields=["contact_unreachable_at", "updated_at"])
    announce("updated", conversation, CUSTOMER)


def release_waiting(conversation: Conversation) -> None:
    """The customer wrote: what waited for it is due."""
    now = timezone.now()
    waiting = conversation.messages.filter(status=Status.QUEUED, metadata__wait_for_customer=True)
    waiting.filter(next_attempt_at__gt=now).update(next_attempt_at=now)
