"""What became of threads."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assistants.models import Assistant
from conversations.models.threads import Conversation
from flame.lib.models import choice, one_of


class StatusChangeQuerySet(models.QuerySet["StatusChange"]):
    def visible_to(self, user: User) -> "StatusChangeQuerySet":
        return self.filter(conversation__user_id=user.account_id)


class StatusChange(models.Model):
    """What became of a thread, kept as long as the thread: the events that tell it are kept for a week.

    Written once, by the action that changes the thread, in its transaction. In a thread, the order is that of the ids.
    """

    class Kind(models.TextChoices):
        STATUS = "status", _("Status")
        HANDED_OFF = "handed_off", _("Handed over to people")
        RESUMED = "resumed", _("Given back to the assistant")

    class ActorType(models.TextChoices):
        USER = "user", _("Customer")
        ASSISTANT = "assistant", _("Assistant")
        AGENT = "agent", _("Agent")
        SYSTEM = "system", _("System")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="status_changes", db_index=False)
    kind = choice(Kind, Kind.STATUS)
    from_status = choice(Conversation.Status)
    to_status = choice(Conversation.Status)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    actor_type = choice(ActorType)
    actor_id = models.UUIDField(null=True)
    assistant = models.ForeignKey(Assistant, models.SET_NULL, null=True, related_name="+")
    """Whose thread it was then."""

    objects = StatusChangeQuerySet.as_manager()

    class Meta:
        db_table = "status_changes"
        verbose_name, verbose_name_plural = _("status change"), _("status changes")
        constraints = [
            one_of("kind", "status_changes", ["status", "handed_off", "resumed"]),
            one_of("from_status", "status_changes", ["active", "pending", "resolved", "archived"]),
            one_of("to_status", "status_changes", ["active", "pending", "resolved", "archived"]),
            one_of("actor_type", "status_changes", ["user", "assistant", "agent", "system"]),
        ]
        indexes = [models.Index(fields=["conversation", "id"], name="status_changes_of_thread")]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"
