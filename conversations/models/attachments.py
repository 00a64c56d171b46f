"""Files of messages. A row's `state` is the queue of the downloads; the storage only holds bytes that a row names."""

import uuid
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from flame.lib.models import Record, choice, one_of

KINDS = [("image", _("Image")), ("file", _("File")), ("audio", _("Audio")), ("video", _("Video"))]


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User, now: datetime) -> "AttachmentQuerySet":
        """Files of the account's messages, and uploads that wait for theirs."""
        kept = models.Q(message__isnull=False) | models.Q(expires_at__gt=now)
        return self.filter(kept, user_id=user.account_id)

    def uploads(self, account_id: uuid.UUID, now: datetime) -> "AttachmentQuerySet":
        """Files that the account uploaded, and that no message has."""
        return self.filter(user_id=account_id, message=None, state="stored", expires_at__gt=now)

    def due(self, now: datetime) -> "AttachmentQuerySet":
        """What is to be fetched from a platform."""
        return self.filter(next_at__lte=now, state="pending", message__isnull=False)

    def unclaimed(self, now: datetime) -> "AttachmentQuerySet":
        """What belongs to no message, and will to none: its message is gone, or nobody sent it in time."""
        return self.filter(message=None).exclude(expires_at__gt=now)


class Attachment(Record):
    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        STORED = "stored", _("Stored")
        FAILED = "failed", _("Failed")

    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="attachments")
    message = models.ForeignKey("conversations.Message", models.SET_NULL, null=True, related_name="attachments")
    """Null: an upload until it is sent; and whatever outlived its message, until it is pruned with its file."""
    position = models.PositiveSmallIntegerField(default=0)
    type = models.CharField(max_length=50, choices=KINDS)
    state = choice(State, State.PENDING)
    mime = models.CharField(max_length=255, blank=True, default="")
    name = models.CharField(max_length=255, blank=True, default="")
    size = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    file = models.CharField(max_length=255, blank=True, default="")
    """Its name in the storage, written before the bytes are: none lie there without a row that names them."""
    source = models.JSONField(default=dict)
    """What the platform said of the file (integrations.platforms.files.Attachment). Shown to nobody."""
    attempts = models.PositiveIntegerField(default=0)
    """Also the fencing token: who has claimed an older try writes nothing."""
    next_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True, default="")
    """`code: what happened`, with no link in it."""
    expires_at = models.DateTimeField(null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        db_table = "attachments"
        verbose_name, verbose_name_plural = _("attachment"), _("attachments")
        ordering = ["position", "id"]
        constraints = [
            one_of("type", "attachments", ["image", "file", "audio", "video"]),
            one_of("state", "attachments", ["pending", "stored", "failed"]),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(next_at__isnull=False), name="attachments_due"),
            models.Index(fields=["expires_at"], condition=models.Q(message__isnull=True), name="attachments_unclaimed"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.name or self.mime}".strip()
