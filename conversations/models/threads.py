"""Threads and messages. A message's status is the outbox; a thread's `answer_due_at` is the assistants' queue."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assistants.models import Assistant
from conversations.querysets import (
    CannedResponseQuerySet,
    ConversationQuerySet,
    MessageQuerySet,
    RatingQuerySet,
    SearchTermQuerySet,
    StatusChangeQuerySet,
)
from flame.lib.models import ChangingRecord, Record, choice, one_of
from integrations.models import Integration, PlatformName


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


class SearchTerm(models.Model):
    """A word of a thread, folded: of its messages, or of its contact. What the list's search looks up, by prefix."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+", db_index=False)
    term = models.CharField(max_length=64)

    objects = SearchTermQuerySet.as_manager()

    class Meta:
        db_table = "search_terms"
        verbose_name, verbose_name_plural = _("search term"), _("search terms")
        constraints = [models.UniqueConstraint(fields=["conversation", "term"], name="search_terms_once")]
        indexes = [
            models.Index(
                fields=["user", "term", "conversation"],
                opclasses=["uuid_ops", "varchar_pattern_ops", "uuid_ops"],  # LIKE 'x%' whatever the collation
                name="search_terms_prefix",
            )
        ]

    def __str__(self) -> str:
        return self.term


class CannedResponse(ChangingRecord):
    """A text that the people of an account write often, found by typing `/` and its shortcut."""

    user = models.ForeignKey(User, models.CASCADE, related_name="canned_responses", db_index=False)
    shortcut = models.CharField(max_length=50)
    title = models.CharField(max_length=255, blank=True, default="")
    content = models.TextField()

    objects = CannedResponseQuerySet.as_manager()

    class Meta:
        db_table = "canned_responses"
        verbose_name, verbose_name_plural = _("canned response"), _("canned responses")
        ordering = ["shortcut"]
        constraints = [models.UniqueConstraint(fields=["user", "shortcut"], name="canned_responses_shortcut")]

    def __str__(self) -> str:
        return f"/{self.shortcut}"


class Rating(Record):
    """What a customer said about one resolution of their thread: 1, bad, to 5, good."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="ratings", db_index=False)
    resolved_at = models.DateTimeField()
    """The thread's own when the customer was asked: which resolution is meant."""
    score = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True, default="")

    objects = RatingQuerySet.as_manager()

    class Meta:
        db_table = "ratings"
        verbose_name, verbose_name_plural = _("rating"), _("ratings")
        constraints = [
            models.CheckConstraint(condition=models.Q(score__gte=1, score__lte=5), name="ratings_score_known"),
            models.UniqueConstraint(fields=["conversation", "resolved_at"], name="ratings_once_per_resolution"),
        ]

    def __str__(self) -> str:
        return f"{self.score}/5"
