"""What customers think of how they were helped."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from conversations.models.threads import Conversation
from flame.lib.models import Record


class RatingQuerySet(models.QuerySet["Rating"]):
    def visible_to(self, user: User) -> "RatingQuerySet":
        return self.filter(conversation__user_id=user.account_id)


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
