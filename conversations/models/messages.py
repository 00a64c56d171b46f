"""Messages. A message's status is the outbox."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assistants.models import Assistant
from conversations.models.threads import Conversation
from flame.lib.models import Record, choice, one_of
from integrations.models import Integration


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> "MessageQuerySet":
        return self.filter(conversation__user_id=user.account_id)

    def outbound(self) -> "MessageQuerySet":
        """What goes to the customer: no inbound message, no private note."""
        return self.filter(internal=False).exclude(sender="user")

    def unconfirmed(self, content: str, type: str) -> "MessageQuerySet":  # noqa: A002 - the column's name
        """What may have reached the platform and has no id of it yet. A file's text is ours and not the platform's."""
        nameless = self.outbound().filter(status="sending", external_id=None, type=type).exclude(wire_at=None)
        return nameless.filter(content=content) if type == "text" else nameless

    def undelivered(self) -> "MessageQuerySet":
        return self.outbound().filter(status__in=["queued", "sending"])


class Message(Record):
    class Sender(models.TextChoices):
        USER = "user", _("Customer")
        ASSISTANT = "assistant", _("Assistant")
        AGENT = "agent", _("Agent")

    class Type(models.TextChoices):
        TEXT = "text", _("Text")
        IMAGE = "image", _("Image")
        FILE = "file", _("File")
        AUDIO = "audio", _("Audio")
        VIDEO = "video", _("Video")

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        READ = "read", _("Read")
        FAILED = "failed", _("Failed")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages", db_index=False)
    content = models.TextField()
    sender = choice(Sender)
    type = choice(Type, Type.TEXT)
    status = choice(Status, Status.QUEUED)
    metadata = models.JSONField(null=True, blank=True, default=dict)
    sequence = models.PositiveIntegerField(editable=False)
    internal = models.BooleanField(default=False, db_default=False)
    integration = models.ForeignKey(Integration, models.SET_NULL, null=True, db_index=False)
    external_id = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001 - unique where it is known
    occurred_at = models.DateTimeField(default=timezone.now)
    agent = models.ForeignKey(User, models.SET_NULL, null=True, related_name="messages")
    assistant = models.ForeignKey(Assistant, models.SET_NULL, null=True, related_name="messages")
    in_reply_to = models.ForeignKey("self", models.SET_NULL, null=True, related_name="replies")
    client_id = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001

    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    attempts = models.PositiveIntegerField(default=0, editable=False)
    first_attempt_at = models.DateTimeField(null=True, editable=False)
    next_attempt_at = models.DateTimeField(null=True, editable=False)
    """When the worker looks at the row again: to send it, or, while `sending`, because its lease has run out."""
    lease = models.UUIDField(null=True, editable=False)
    """The fencing token: who no longer holds it writes nothing."""
    wire_at = models.DateTimeField(null=True, editable=False)
    """Set before the first byte leaves. A lease that ends without it was never sent; with it, nobody knows."""
    expires_at = models.DateTimeField(null=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        db_table = "messages"
        verbose_name, verbose_name_plural = _("message"), _("messages")
        constraints = [
            one_of("sender", "messages", ["user", "assistant", "agent"]),
            one_of("type", "messages", ["text", "image", "file", "audio", "video"]),
            one_of("status", "messages", ["queued", "sending", "sent", "delivered", "read", "failed"]),
            models.UniqueConstraint(fields=["conversation", "sequence"], name="messages_sequence"),
            models.UniqueConstraint(
                fields=["integration", "external_id"],
                condition=models.Q(external_id__isnull=False),
                name="messages_once_per_platform_id",
            ),
            models.UniqueConstraint(
                fields=["assistant", "in_reply_to"],
                condition=models.Q(in_reply_to__isnull=False),
                name="messages_one_reply_per_assistant",
            ),
            models.UniqueConstraint(
                fields=["conversation", "client_id"],
                condition=models.Q(client_id__isnull=False),
                name="messages_once_per_client_id",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(next_attempt_at__isnull=False),
                name="messages_outbox",
            ),
            models.Index(
                fields=["integration", "wire_at"],
                condition=models.Q(wire_at__isnull=False),
                name="messages_left",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender}: {self.content[:40]}"
