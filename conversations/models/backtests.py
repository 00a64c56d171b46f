"""Asking an assistant, changed as it may become, what customers asked it before. The row is the queue."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assistants.models import Assistant, KnowledgeVersion
from flame.lib.models import ChangingRecord, choice, one_of


class BacktestQuerySet(models.QuerySet["Backtest"]):
    def visible_to(self, user: User) -> "BacktestQuerySet":
        return self.filter(user_id=user.account_id)


class Backtest(ChangingRecord):
    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    user = models.ForeignKey(User, models.CASCADE, related_name="backtests")
    assistant = models.ForeignKey(Assistant, models.CASCADE, related_name="backtests", db_index=False)
    status = choice(Status, Status.RUNNING)
    ai_prompt = models.TextField(null=True, blank=True)  # noqa: DJ001 - null: as it is; empty: none
    model = models.CharField(max_length=255, blank=True, default="")
    version = models.ForeignKey(KnowledgeVersion, models.SET_NULL, null=True, related_name="+")
    """The knowledge to answer from; null: what is published."""
    questions = models.JSONField(_("questions"), default=list)
    """The ids of the inbound messages that are answered anew, in order. Chosen once, so that a restart goes on."""
    report = models.JSONField(null=True)
    error = models.CharField(max_length=255, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    objects = BacktestQuerySet.as_manager()

    class Meta:
        db_table = "backtests"
        verbose_name, verbose_name_plural = _("backtest"), _("backtests")
        ordering = ["-created_at"]
        constraints = [
            one_of("status", "backtests", ["running", "done", "failed"]),
            models.UniqueConstraint(
                fields=["assistant"], condition=models.Q(status="running"), name="backtests_one_running"
            ),
        ]
        indexes = [
            models.Index(fields=["assistant", "-created_at"], name="backtests_of_assistant"),
            models.Index(fields=["lease_until"], condition=models.Q(status="running"), name="backtests_due"),
        ]

    def __str__(self) -> str:
        return f"{self.assistant_id} {self.created_at:%Y-%m-%d %H:%M}"
