"""What an assistant may answer from: its sources, what training made of them, and what people have yet to approve."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistants.models.assistant import Assistant
from flame.lib.models import ChangingRecord, Record, choice, one_of


class KnowledgeSource(ChangingRecord):
    """What a person gave. Answers change with the next training, not before.

    `items` are questions and answers, [{question, answer, phrasings: []}]; `content` is text whose headings are lines
    that begin with `#`. Both are what was read from a file or an address, or what a person wrote.
    """

    class Kind(models.TextChoices):
        FAQ = "faq", _("Questions and answers")
        TEXT = "text", _("Text")
        URL = "url", _("Web page")
        FILE = "file", _("File")

    class Status(models.TextChoices):
        PENDING = "pending", _("Waits for training")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Cannot be read")

    assistant = models.ForeignKey(Assistant, models.CASCADE, related_name="sources")
    kind = choice(Kind)
    title = models.CharField(max_length=255)
    content = models.TextField(blank=True, default="")
    items = models.JSONField(default=list, blank=True)
    url = models.CharField("URL", max_length=2_000, blank=True, default="")
    status = choice(Status, Status.READY)
    error = models.JSONField(null=True, blank=True, editable=False)
    """{code, …}: assistants.knowledge.problems has the words for it."""
    digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    """SHA-256 of the bytes that were read: the same bytes are not read again."""
    learnt = models.BooleanField(default=False, db_default=False, editable=False)
    """Holds what people answered in conversations, once approved."""

    class Meta:
        db_table = "knowledge_sources"
        verbose_name, verbose_name_plural = _("knowledge source"), _("knowledge sources")
        ordering = ["created_at"]
        constraints = [
            one_of("kind", "knowledge_sources", ["faq", "text", "url", "file"]),
            one_of("status", "knowledge_sources", ["pending", "ready", "failed"]),
            models.UniqueConstraint(
                fields=["assistant"], condition=Q(learnt=True), name="knowledge_sources_one_learnt"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """A person who edits the JSON by hand is told which item is wrong."""
        if self.kind == self.Kind.FAQ:
            if not isinstance(self.items, list):
                raise ValidationError({"items": _("The questions are a list.")})
            wrong = [number for number, item in enumerate(self.items, 1) if not is_faq_item(item)]
            if wrong:
                message = _(
                    "Item %(number)s needs a question and an answer, both text, and phrasings as a list of texts."
                )
                raise ValidationError({"items": message % {"number": wrong[0]}})


def is_faq_item(item: Any) -> bool:
    """Whether it is a {question, answer, phrasings?} that can be asked for and answered."""
    if not isinstance(item, dict):
        return False
    phrasings = item.get("phrasings", [])
    texts = [item.get("question"), item.get("answer"), *(phrasings if isinstance(phrasings, list) else [None])]
    return all(isinstance(text, str) and text.strip() for text in texts)


class KnowledgeVersion(Record):
    """What one training made: immutable. The published one answers."""

    assistant = models.ForeignKey(Assistant, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    published = models.BooleanField(default=False, db_default=False)
    digest = models.CharField(max_length=64)
    """Of the knowledge that went in: the same knowledge need not be built again."""
    passages = models.PositiveIntegerField()
    report = models.JSONField(default=dict)
    blob = models.BinaryField()
    """assistants.knowledge.blob: arrays and JSON, compressed."""

    class Meta:
        db_table = "knowledge_versions"
        verbose_name, verbose_name_plural = _("knowledge version"), _("knowledge versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["assistant", "number"], name="knowledge_versions_number"),
            models.UniqueConstraint(
                fields=["assistant"], condition=Q(published=True), name="knowledge_versions_one_published"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistant_id} v{self.number}"


class FAQCandidate(ChangingRecord):
    """A question from conversations and what a person answered, redacted. It answers nobody until it is approved.

    Without an answer it is a question that nobody has answered yet; `asked` counts how often it came.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")

    assistant = models.ForeignKey(Assistant, models.CASCADE, related_name="faq_candidates")
    question = models.TextField()
    answer = models.TextField(blank=True, default="")
    status = choice(Status, Status.PENDING)
    asked = models.PositiveIntegerField(default=1)
    asked_at = models.DateTimeField()
    """When a customer asked it last."""
    key = models.CharField(max_length=64, editable=False)
    """Digest of the question as it is compared, so that the same question is one row."""

    class Meta:
        db_table = "faq_candidates"
        verbose_name, verbose_name_plural = _("question from conversations"), _("questions from conversations")
        ordering = ["-asked", "-asked_at"]
        constraints = [
            one_of("status", "faq_candidates", ["pending", "approved", "rejected"]),
            models.UniqueConstraint(fields=["assistant", "key"], name="faq_candidates_one_a_question"),
        ]

    def __str__(self) -> str:
        return self.question[:80]
