"""Runs of training. The row is the queue: a running one whose lease is over is taken up by the next worker."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assistants.models.assistant import Assistant
from assistants.models.knowledge import KnowledgeVersion
from flame.lib.models import ChangingRecord, choice, one_of


class TrainingRun(ChangingRecord):
    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        PUBLISHED = "published", _("Published")
        NEEDS_REVIEW = "needs_review", _("Needs review")
        FAILED = "failed", _("Failed")

    class Stage(models.TextChoices):
        COLLECT = "collect", _("Collecting the sources")
        EXTRACT = "extract", _("Reading the sources")
        CHUNK = "chunk", _("Cutting into passages")
        INDEX = "index", _("Building the index")
        CLASSIFY = "classify", _("Learning the questions")
        EVALUATE = "evaluate", _("Asking held-back questions")
        REPORT = "report", _("Writing the report")
        PUBLISH = "publish", _("Publishing")

    assistant = models.ForeignKey(Assistant, models.CASCADE, related_name="training_runs")
    version = models.ForeignKey(KnowledgeVersion, models.SET_NULL, null=True, related_name="runs")
    status = choice(Status, Status.RUNNING)
    stage = choice(Stage, Stage.COLLECT)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    report = models.JSONField(null=True)
    error = models.JSONField(null=True)
    """{code, …}: assistants.knowledge.problems has the words for it."""
    status_before = choice(Assistant.Status)
    """What the assistant's status returns to."""
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "training_runs"
        verbose_name, verbose_name_plural = _("training run"), _("training runs")
        ordering = ["-created_at"]
        constraints = [
            one_of("status", "training_runs", ["running", "published", "needs_review", "failed"]),
            one_of(
                "stage",
                "training_runs",
                ["collect", "extract", "chunk", "index", "classify", "evaluate", "report", "publish"],
            ),
            one_of("status_before", "training_runs", ["active", "inactive", "training"]),
            models.UniqueConstraint(
                fields=["assistant"], condition=Q(status="running"), name="training_runs_one_running"
            ),
        ]
        indexes = [models.Index(fields=["lease_until"], condition=Q(status="running"), name="training_runs_due")]

    def __str__(self) -> str:
        return f"{self.assistant_id} {self.status}"
