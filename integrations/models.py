"""Accounts on the platforms, and the durable inbox of their webhooks."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assistants.models import Assistant
from flame.lib.fields import EncryptedJSONField
from flame.lib.models import ChangingRecord, choice, one_of
from integrations.platforms.base import Account
from integrations.registry import PLATFORMS


class PlatformName(models.TextChoices):
    WHATSAPP = "whatsapp", "WhatsApp"
    FACEBOOK = "facebook", "Messenger"
    INSTAGRAM = "instagram", "Instagram"
    TELEGRAM = "telegram", "Telegram"


class IntegrationQuerySet(models.QuerySet["Integration"]):
    def visible_to(self, user: User) -> "IntegrationQuerySet":
        return self.filter(user_id=user.account_id)

    def connected(self) -> "IntegrationQuerySet":
        """Takes events in. One in `error` still does: its customers go on writing while its owner mends the token."""
        return self.filter(status__in=["active", "error"])

    def speaking_for(self, platform: str, account_key: str) -> "Integration | None":
        """Whose events these are: the account's, or any of those that belong to it (a WhatsApp business account)."""
        rows = self.named(platform, account_key).order_by("created_at", "id")
        return min(rows, key=lambda row: row.account_key != account_key, default=None)

    def named(self, platform: str, account_key: str) -> "IntegrationQuerySet":
        """The account's own, and those that belong to it."""
        if not account_key:
            return self.none()
        return self.filter(models.Q(account_key=account_key) | models.Q(parent_key=account_key), platform=platform)


class Integration(ChangingRecord):
    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        INACTIVE = "inactive", _("Inactive")
        ERROR = "error", _("Error")

    user = models.ForeignKey(User, models.CASCADE, related_name="integrations")
    platform = choice(PlatformName)
    name = models.CharField(max_length=255, blank=True, default="")
    status = choice(Status, Status.INACTIVE)
    credentials = EncryptedJSONField()
    webhook_url = models.CharField(max_length=500, null=True, blank=True)  # noqa: DJ001 - nullable in the mission's SQL
    last_sync = models.DateTimeField(null=True, blank=True)
    account_key = models.CharField(max_length=128, blank=True, default="", editable=False)
    parent_key = models.CharField(max_length=128, blank=True, default="", editable=False)
    webhook_key = models.CharField(max_length=128, blank=True, default="", editable=False)
    default_assistant = models.ForeignKey(
        Assistant, models.SET_NULL, null=True, blank=True, related_name="default_integrations"
    )
    out_of_hours_text = models.TextField(blank=True, default="")
    """For an assistant that is closed and has no text of its own for that."""
    error = models.TextField(blank=True, default="")
    human_agent = models.BooleanField(default=False, db_default=False)
    """Meta reviewed the app: what its people write may go for longer than free text (HUMAN_AGENT)."""

    objects = IntegrationQuerySet.as_manager()

    class Meta:
        db_table = "integrations"
        verbose_name, verbose_name_plural = _("integration"), _("integrations")
        ordering = ["created_at", "id"]
        constraints = [
            one_of("platform", "integrations", PlatformName.values),
            one_of("status", "integrations", ["active", "inactive", "error"]),
            # Only who proved to the platform that the account is theirs holds it: an inactive row claims nothing.
            models.UniqueConstraint(
                fields=["platform", "account_key"],
                condition=~models.Q(status="inactive"),
                name="integrations_one_connected_per_account",
            ),
        ]
        indexes = [
            models.Index(fields=["platform", "account_key"]),
            models.Index(fields=["platform", "parent_key"]),
            models.Index(fields=["platform", "webhook_key"]),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.platform} {self.account_key}"

    def save(self, **kwargs: Any) -> None:
        """Keep the look-up keys in step with the credentials they are read from."""
        adapter = PLATFORMS.get(self.platform)
        if adapter is not None:
            account = self.account()
            self.account_key = adapter.account_key(account)
            self.parent_key = adapter.parent_key(account)
            self.webhook_key = adapter.webhook_key(account)
        if kwargs.get("update_fields") is not None and "credentials" in kwargs["update_fields"]:
            kwargs["update_fields"] = {*kwargs["update_fields"], "account_key", "parent_key", "webhook_key"}
        super().save(**kwargs)

    def webhook_address(self) -> str:
        """Where the platform is to send this account's events; it moves with PUBLIC_URL, as `webhook_url` cannot."""
        return f"{settings.PUBLIC_URL}/api/webhooks/{self.platform}"

    def account(self) -> Account:
        """What an adapter needs to speak for this account: own credentials over the environment's defaults."""
        own = {key: str(value) for key, value in self.credentials.items() if value not in ("", None)}
        return Account(
            platform=self.platform,
            credentials={**settings.PLATFORM_DEFAULTS[self.platform], **own},
            graph_url=f"{settings.META_GRAPH_BASE_URL}/{settings.META_GRAPH_VERSION}",
            instagram_url=f"{settings.INSTAGRAM_GRAPH_BASE_URL}/{settings.META_GRAPH_VERSION}",
            telegram_url=settings.TELEGRAM_API_BASE_URL,
        )


class InboundEventQuerySet(models.QuerySet["InboundEvent"]):
    def unread(self, integration: "Integration", until: datetime) -> "InboundEventQuerySet":
        """What the account's platform had told us by then and nobody has looked at yet."""
        told = self.filter(platform=integration.platform, account_key=integration.account_key, received_at__lte=until)
        return told.filter(state="pending")


class InboundEvent(models.Model):
    """One item of a webhook, stored before the platform gets its 200. The row is the queue; its id is arrival order."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        PARKED = "parked", _("Waiting for its message")
        DONE = "done", _("Done")
        IGNORED = "ignored", _("Ignored")
        DEAD = "dead", _("Failed")

    platform = models.CharField(max_length=50)
    account_key = models.CharField(max_length=128, blank=True)
    event_key = models.CharField(max_length=255)
    conversation_key = models.CharField(max_length=255, blank=True)
    payload = models.JSONField()
    received_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=16, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    error = models.TextField(blank=True, default="")

    objects = InboundEventQuerySet.as_manager()

    class Meta:
        db_table = "inbound_events"
        verbose_name, verbose_name_plural = _("inbound event"), _("inbound events")
        constraints = [
            models.UniqueConstraint(fields=["platform", "account_key", "event_key"], name="inbound_events_once")
        ]
        indexes = [
            # Two comparisons and no IN: SQLite uses a partial index only where the query repeats a term of its
            # condition, and it recognises `state = ?` in the one form and nothing in the other.
            models.Index(
                fields=["platform", "account_key", "conversation_key", "id"],
                condition=models.Q(state="pending") | models.Q(state="parked"),
                name="inbound_events_waiting",
            ),
            models.Index(
                fields=["platform", "account_key"], condition=models.Q(state="dead"), name="inbound_events_dead"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform}/{self.account_key}/{self.event_key}"


class Door(models.Model):
    """Whether webhooks can be received, one row for all web processes (integrations.door)."""

    closed_at = models.DateTimeField()
    """When it was last seen open before the last gap."""
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "webhook_door"
        verbose_name, verbose_name_plural = _("webhook door"), _("webhook doors")

    def __str__(self) -> str:
        return f"open since {self.opened_at:%c}"
