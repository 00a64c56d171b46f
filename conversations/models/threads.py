"""Threads, and the ids by which they are found. A thread's `answer_due_at` is the assistants' queue."""

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import connections, models
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assistants.models import Assistant
from flame.lib.models import ChangingRecord, choice, one_of
from integrations.models import Integration, PlatformName


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, user: User) -> "ConversationQuerySet":
        return self.filter(user_id=user.account_id)

    def untaken(self, now: datetime) -> "ConversationQuerySet":
        """Threads that were handed over, and that nobody has taken in the time there was for it."""
        waiting = self.filter(ai_state="human", assigned_agent=None, status__in=["active", "pending"])
        return waiting.filter(handoff_notice_at__lte=now)

    def with_tag(self, tag: str) -> "ConversationQuerySet":
        """Threads that carry the tag: by the GIN index on PostgreSQL, by json_each on SQLite."""
        if connections[self.db].vendor == "postgresql":
            return self.filter(tags__contains=[tag])
        carried = "EXISTS (SELECT 1 FROM json_each(conversations.tags) WHERE json_each.value = %s)"
        return self.filter(RawSQL(carried, [tag], output_field=models.BooleanField()))  # noqa: S611 - the tag is a parameter

    def with_any_tag(self, tags: list[str]) -> "ConversationQuerySet":
        return reduce(or_, (self.with_tag(tag) for tag in tags), self.none())


class Conversation(ChangingRecord):
    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        PENDING = "pending", _("Pending")
        RESOLVED = "resolved", _("Resolved")
        ARCHIVED = "archived", _("Archived")

    class Priority(models.TextChoices):
        LOW = "low", _("Low")
        MEDIUM = "medium", _("Medium")
        HIGH = "high", _("High")
        URGENT = "urgent", _("Urgent")

    class AIState(models.TextChoices):
        AI = "ai", _("Assistant")
        HUMAN = "human", _("Person")

    user = models.ForeignKey(User, models.CASCADE, related_name="conversations", db_index=False)
    integration = models.ForeignKey(Integration, models.SET_NULL, null=True, related_name="conversations")
    platform = choice(PlatformName)
    contact_external_id = models.CharField(max_length=255, blank=True, default="")
    contact_name = models.CharField(max_length=255)
    name_is_given = models.BooleanField(default=False, db_default=False, editable=False)
    """By a person of the team: what the platform calls the contact no longer replaces it."""
    contact_phone = models.CharField(max_length=50, null=True, blank=True)  # noqa: DJ001 - the mission's SQL
    contact_email = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001
    contact_username = models.CharField(max_length=255, blank=True, default="")
    language = models.CharField(max_length=16, blank=True, default="")
    status = choice(Status, Status.ACTIVE)
    priority = choice(Priority, Priority.MEDIUM)
    assigned_assistant = models.ForeignKey(Assistant, models.SET_NULL, null=True, blank=True)
    assigned_agent = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="assigned_conversations"
    )
    ai_state = choice(AIState, AIState.AI)
    last_message = models.TextField(null=True, blank=True)  # noqa: DJ001
    last_message_time = models.DateTimeField(null=True, blank=True, default=timezone.now)
    last_inbound_at = models.DateTimeField(null=True, blank=True)
    window_expires_at = models.DateTimeField(null=True, blank=True)
    """Until when the platform takes free text; null where it always does, or where the customer never wrote."""
    contact_unreachable_at = models.DateTimeField(null=True, blank=True)
    """Since when the platform says that nobody can be reached there; null once they write."""
    first_response_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    unread_count = models.IntegerField(default=0, db_default=0)
    tags = models.JSONField(default=list, blank=True)

    last_sequence = models.PositiveIntegerField(default=0, editable=False)
    turn = models.PositiveIntegerField(default=0, editable=False)
    """Counts inbound messages: a reply that was thought up for an older turn is stale."""
    burst_started_at = models.DateTimeField(null=True, editable=False)
    answer_due_at = models.DateTimeField(null=True, editable=False)
    answer_lease_until = models.DateTimeField(null=True, editable=False)
    answer_attempts = models.PositiveIntegerField(default=0, editable=False)
    """Tries at this turn that ended their worker, and the one that is being made."""
    answer_restarts = models.PositiveIntegerField(default=0, editable=False)
    """How often the customer wrote on while a reply to this burst was being written."""
    handoff_notice_at = models.DateTimeField(null=True, editable=False)
    """When the owner is told that nobody took the thread; null once told or taken."""

    objects = ConversationQuerySet.as_manager()

    class Meta:
        db_table = "conversations"
        verbose_name, verbose_name_plural = _("conversation"), _("conversations")
        constraints = [
            one_of("status", "conversations", ["active", "pending", "resolved", "archived"]),
            one_of("priority", "conversations", ["low", "medium", "high", "urgent"]),
            one_of("platform", "conversations", PlatformName.values),
            one_of("ai_state", "conversations", ["ai", "human"]),
            models.UniqueConstraint(
                fields=["integration", "contact_external_id"],
                condition=~models.Q(contact_external_id=""),
                name="conversations_one_per_contact",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-last_message_time", "-id"], name="conversations_newest"),
            models.Index(fields=["user", "status", "-last_message_time", "-id"], name="conversations_status_newest"),
            models.Index(
                fields=["user", "platform", "-last_message_time", "-id"], name="conversations_platform_newest"
            ),
            models.Index(
                fields=["user", "priority", "-last_message_time", "-id"],
                condition=models.Q(priority__in=["high", "urgent"]),  # the rare ones, which people look for
                name="conversations_pressing",
            ),
            models.Index(
                fields=["user", "-last_message_time", "-id"],
                condition=models.Q(unread_count__gt=0),
                name="conversations_unread",
            ),
            models.Index(fields=["user", "-updated_at", "-id"], name="conversations_changed"),
            models.Index(fields=["user", "-created_at", "-id"], name="conversations_begun"),
            models.Index(fields=["user", "contact_name", "id"], name="conversations_by_name"),
            models.Index(
                fields=["answer_due_at"], condition=models.Q(answer_due_at__isnull=False), name="conversations_due"
            ),
            models.Index(
                fields=["handoff_notice_at"],
                condition=models.Q(handoff_notice_at__isnull=False),
                name="conversations_untaken",
            ),
            GinIndex(fields=["tags"], opclasses=["jsonb_path_ops"], name="conversations_tags"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_name} ({self.platform})"

    def save(self, **kwargs: Any) -> None:
        """Who writes a thread by its contact's id finds it by that id."""
        is_new = self._state.adding
        super().save(**kwargs)
        if is_new and self.integration_id and self.contact_external_id:
            own = ContactAlias(
                integration_id=self.integration_id, external_id=self.contact_external_id, conversation=self
            )
            ContactAlias.objects.bulk_create([own], ignore_conflicts=True)


class ContactAlias(models.Model):
    """One of the ids that a thread's contact has on its integration: a phone in each spelling, a user id."""

    integration = models.ForeignKey(Integration, models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="aliases")
    external_id = models.CharField(max_length=255)

    class Meta:
        db_table = "contact_aliases"
        verbose_name, verbose_name_plural = _("contact id"), _("contact ids")
        constraints = [
            models.UniqueConstraint(fields=["integration", "external_id"], name="contact_aliases_one_thread")
        ]

    def __str__(self) -> str:
        return self.external_id
