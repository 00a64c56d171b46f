"""An assistant and when it is open."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from flame.lib.models import ChangingRecord, Record, choice, one_of
from flame.lib.times import believable


class AssistantQuerySet(models.QuerySet["Assistant"]):
    def visible_to(self, user: User) -> "AssistantQuerySet":
        return self.filter(user_id=user.account_id)


class Assistant(ChangingRecord):
    class Type(models.TextChoices):
        AUTO = "auto", _("Canned reply")
        AI = "ai", _("AI")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        INACTIVE = "inactive", _("Inactive")
        TRAINING = "training", _("Training")

    class ReplyMode(models.TextChoices):
        DRAFT = "draft", _("Drafts only")
        CONFIDENT = "auto_when_confident", _("Send when confident")
        AUTO = "auto", _("Send")

    user = models.ForeignKey(User, models.CASCADE, related_name="assistants")
    name = models.CharField(max_length=255)
    description = models.TextField(null=True, blank=True)  # noqa: DJ001 - nullable in the mission's SQL
    type = choice(Type)
    status = choice(Status, Status.ACTIVE)
    auto_response = models.TextField(null=True, blank=True)  # noqa: DJ001
    ai_prompt = models.TextField(null=True, blank=True)  # noqa: DJ001
    out_of_hours_text = models.TextField(blank=True, default="")
    timezone = models.CharField(max_length=64, default="America/Mexico_City")
    temperature = models.FloatField(default=0.7, validators=[MinValueValidator(0), MaxValueValidator(2)])
    max_tokens = models.PositiveIntegerField(default=500, validators=[MinValueValidator(1), MaxValueValidator(4096)])
    model = models.CharField(max_length=255, blank=True, default="")
    """Empty: the one that the operator set (OPENAI_MODEL)."""
    reply_mode = choice(ReplyMode, ReplyMode.CONFIDENT)
    max_tokens_per_day = models.PositiveIntegerField(null=True, blank=True)
    max_cost_per_day = models.DecimalField(
        max_digits=12, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    """In the currency of the price table. A day is one of the assistant's time zone; null is no cap."""

    objects = AssistantQuerySet.as_manager()

    answers_from: uuid.UUID | None = None
    """A knowledge version to answer from in the place of the published one. Never stored: for a trial."""

    class Meta:
        db_table = "assistants"
        verbose_name, verbose_name_plural = _("assistant"), _("assistants")
        ordering = ["name", "id"]
        constraints = [
            one_of("type", "assistants", ["auto", "ai"]),
            one_of("status", "assistants", ["active", "inactive", "training"]),
            one_of("reply_mode", "assistants", ["draft", "auto_when_confident", "auto"]),
        ]

    def __str__(self) -> str:
        return self.name


class PromptVersion(Record):
    """A text that an assistant's `ai_prompt` once was. The highest number is the one in force."""

    assistant = models.ForeignKey(Assistant, models.CASCADE, related_name="prompt_versions", db_index=False)
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "prompt_versions"
        verbose_name, verbose_name_plural = _("prompt version"), _("prompt versions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["assistant", "number"], name="prompt_versions_number")]

    def __str__(self) -> str:
        return f"{self.assistant} v{self.number}"


class Schedule(Record):
    """One opening range, in the assistant's time zone. `end_time <= start_time` runs past midnight."""

    assistant = models.ForeignKey(Assistant, models.CASCADE, related_name="schedules")
    day_of_week = models.IntegerField(validators=[MinValueValidator(0), MaxValueValidator(6)])
    start_time = models.TimeField()
    end_time = models.TimeField()
    enabled = models.BooleanField(default=True, db_default=True)

    class Meta:
        db_table = "schedules"
        verbose_name, verbose_name_plural = _("opening hours"), _("opening hours")
        ordering = ["day_of_week", "start_time"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(day_of_week__gte=0, day_of_week__lte=6), name="schedules_day_of_week_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day_of_week} {self.start_time:%H:%M}-{self.end_time:%H:%M}"


class ScheduleException(Record):
    """A date with hours of its own, in the assistant's time zone: a holiday, or a shorter day. Several rows of one date
    are several ranges; one without times has none, so alone it closes the date.
    """

    assistant = models.ForeignKey(Assistant, models.CASCADE, related_name="exceptions", db_index=False)
    date = models.DateField(_("date"), validators=[believable])
    start_time = models.TimeField(_("opens at"), null=True, blank=True)
    end_time = models.TimeField(_("closes at"), null=True, blank=True)
    label = models.CharField(_("label"), max_length=255, blank=True, default="")

    class Meta:
        db_table = "schedule_exceptions"
        verbose_name, verbose_name_plural = _("special day"), _("special days")
        ordering = ["date", "start_time", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(start_time__isnull=True, end_time__isnull=True)
                | models.Q(start_time__isnull=False, end_time__isnull=False),
                name="schedule_exceptions_both_times_or_none",
            ),
            models.UniqueConstraint(fields=["assistant", "date", "start_time"], name="schedule_exceptions_once"),
            models.UniqueConstraint(
                fields=["assistant", "date"],
                condition=models.Q(start_time__isnull=True),
                name="schedule_exceptions_closed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.label}".strip()
