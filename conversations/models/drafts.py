from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assistants.models import Assistant
from conversations.models.messages import Message
from conversations.models.runs import AssistantRun
from conversations.models.threads import Conversation
from flame.lib.models import ChangingRecord, choice, one_of


class ReplyDraftQuerySet(models.QuerySet["ReplyDraft"]):
    def visible_to(self, user: User) -> "ReplyDraftQuerySet":
        return self.filter(conversation__user_id=user.account_id)

    def pending(self) -> "ReplyDraftQuerySet":
        return self.filter(status="pending")


class ReplyDraft(ChangingRecord):
    """What an assistant wrote and did not send: a person of the team sends, changes or discards it."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        SENT = "sent", _("Sent")
        DISCARDED = "discarded", _("Discarded")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="drafts", db_index=False)
    assistant = models.ForeignKey(Assistant, models.SET_NULL, null=True, related_name="+")
    run = models.OneToOneField(AssistantRun, models.SET_NULL, null=True, related_name="draft")
    in_reply_to = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    message = models.OneToOneField(Message, models.SET_NULL, null=True, related_name="draft")
    status = choice(Status, Status.PENDING)
    reason = models.CharField(max_length=255)
    """Why it was not sent: `reply_mode`, `not_sure`, `guard`, `window_closed`."""
    written = models.TextField()
    """As the assistant wrote it."""
    content = models.TextField()
    """As it stands now."""
    choices = models.JSONField(default=list)
    settled_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    objects = ReplyDraftQuerySet.as_manager()

    class Meta:
        db_table = "drafts"
        verbose_name, verbose_name_plural = _("draft"), _("drafts")
        constraints = [
            one_of("status", "drafts", ["pending", "sent", "discarded"]),
            models.UniqueConstraint(
                fields=["conversation"], condition=models.Q(status="pending"), name="drafts_one_pending"
            ),
        ]
        indexes = [models.Index(fields=["conversation", "-created_at"], name="drafts_of_thread")]

    def __str__(self) -> str:
        return self.content[:40]
