from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assistants.models import Assistant
from conversations.models.backtests import Backtest
from conversations.models.messages import Message
from conversations.models.threads import Conversation
from flame.lib.models import Record, choice, one_of


class AssistantRunQuerySet(models.QuerySet["AssistantRun"]):
    def visible_to(self, user: User) -> "AssistantRunQuerySet":
        return self.filter(user_id=user.account_id)

    def unfinished(self) -> "AssistantRunQuerySet":
        return self.filter(outcome="running")


class AssistantRun(Record):
    """One attempt of an assistant at a reply: what it saw, what it decided and why, what it cost, what became of it.

    Begun with the claim, so that an attempt that ended its worker is found, too. Its id is the `draft_id` of the frames
    that show the text while it is written.
    """

    class Trigger(models.TextChoices):
        INBOUND = "inbound", _("Customer's message")
        PREVIEW = "preview", _("Preview")
        BACKTEST = "backtest", _("Backtest")

    class Outcome(models.TextChoices):
        RUNNING = "running", _("Running")
        SENT = "sent", _("Sent")
        DRAFTED = "drafted", _("Left as a draft")
        HANDED_OFF = "handed_off", _("Handed over to people")
        SILENT = "silent", _("Silent")
        DROPPED = "dropped", _("Dropped")
        FAILED = "failed", _("Failed")
        SHOWN = "shown", _("Shown to the team only")

    class Score(models.TextChoices):
        UP = "up", _("Good")
        DOWN = "down", _("Bad")

    user = models.ForeignKey(User, models.CASCADE, related_name="assistant_runs", db_index=False)
    assistant = models.ForeignKey(Assistant, models.SET_NULL, null=True, related_name="runs", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, null=True, related_name="runs", db_index=False)
    inbound = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+", verbose_name=_("in reply to"))
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="runs")
    trigger = choice(Trigger, Trigger.INBOUND)
    backtest = models.ForeignKey(Backtest, models.CASCADE, null=True, related_name="runs", db_index=False)
    turn = models.PositiveIntegerField(null=True)
    attempt = models.PositiveIntegerField(default=1)
    question = models.TextField(blank=True, default="")

    engine = models.CharField(max_length=50, blank=True, default="")
    model = models.CharField(max_length=255, blank=True, default="")
    prompt_version = models.PositiveIntegerField(null=True)
    knowledge_version = models.CharField(max_length=64, blank=True, default="")
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=6, default=Decimal(0))
    """In the currency of the price table; 0 for a model that it does not name."""
    first_token_ms = models.PositiveIntegerField(null=True)
    total_ms = models.PositiveIntegerField(null=True)
    tries = models.JSONField(default=list)
    finish_reason = models.CharField(max_length=50, blank=True, default="")

    decision = models.CharField(max_length=50, blank=True, default="")
    reason = models.CharField(max_length=255, blank=True, default="")
    text = models.TextField(blank=True, default="")
    choices = models.JSONField(default=list)
    confidence = models.FloatField(null=True)
    certainty = models.CharField(max_length=50, blank=True, default="")
    passages = models.JSONField(default=list)
    tool_calls = models.JSONField(default=list)
    guard = models.JSONField(default=dict)
    fallback = models.JSONField(default=list)

    outcome = choice(Outcome, Outcome.RUNNING)
    outcome_reason = models.CharField(max_length=255, blank=True, default="")
    error = models.TextField(blank=True, default="")
    score = models.CharField(max_length=50, choices=Score.choices, null=True, blank=True)  # noqa: DJ001 - a closed list
    score_reason = models.TextField(blank=True, default="")
    finished_at = models.DateTimeField(null=True)

    objects = AssistantRunQuerySet.as_manager()

    class Meta:
        db_table = "assistant_runs"
        verbose_name, verbose_name_plural = _("assistant's run"), _("assistants' runs")
        constraints = [
            one_of("trigger", "assistant_runs", ["inbound", "preview", "backtest"]),
            one_of(
                "outcome",
                "assistant_runs",
                ["running", "sent", "drafted", "handed_off", "silent", "dropped", "failed", "shown"],
            ),
            one_of("score", "assistant_runs", ["up", "down"]),
            models.UniqueConstraint(
                fields=["backtest", "inbound"],
                condition=models.Q(backtest__isnull=False),
                name="assistant_runs_once_per_backtest",
            ),
        ]
        indexes = [
            models.Index(fields=["assistant", "created_at"], name="assistant_runs_of_a_day"),
            models.Index(fields=["conversation", "-created_at"], name="assistant_runs_of_thread"),
            models.Index(fields=["user", "created_at"], name="assistant_runs_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.decision or self.outcome}: {self.question[:40]}"
