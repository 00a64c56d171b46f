"""Steps that tests of the outbox share."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts import stream
from conversations.actions.messages import Outgoing, queue_reply
from conversations.actions.threads import lock_conversation
from conversations.models import Message
from conversations.tests.conftest import open_thread
from flame.lib import pacing
from integrations.pacing import buckets


def queue(conversation, *texts, agent=None):
    messages = []
    for text in texts:
        with stream.gathered():
            outgoing = Outgoing(text, agent=agent or conversation.user)
            messages += queue_reply(lock_conversation(conversation.id), outgoing)
    return messages


def fresh(message):
    return Message.objects.get(pk=message.pk)


def make_due(*messages):
    """Their time is up, and what waited for a receipt has waited long enough."""
    now = timezone.now()
    chosen = Message.objects.filter(pk__in=[message.pk for message in messages])
    chosen.update(next_attempt_at=now)
    waited = now - timedelta(seconds=settings.OUTBOX_SETTLE_SECONDS)
    chosen.filter(status="sending", lease=None).exclude(wire_at=None).update(wire_at=waited)


def let_another_arrive(after):
    """Something that left later, and of which the platform has spoken."""
    thread = open_thread(after.integration, f"another than {after.conversation.contact_external_id}")
    return Message.objects.create(
        conversation=thread,
        integration=after.integration,
        sequence=1,
        content="Hola",
        sender="agent",
        status="delivered",
        wire_at=fresh(after).wire_at + timedelta(milliseconds=1),
    )


def let_the_pauses_pass(message):
    """As if the account's and the contact's limits were over."""
    for bucket in buckets(message.integration, message.conversation.contact_external_id):
        pacing._local.pop(pacing.key(bucket), None)
        if settings.REDIS_URL:
            pacing._client(settings.REDIS_URL).delete(pacing.key(bucket))


def texts(sandbox):
    return [sent["text"] for sent in sandbox.sent()]
