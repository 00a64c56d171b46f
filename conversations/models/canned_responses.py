"""Texts that are written often."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from flame.lib.models import ChangingRecord


class CannedResponseQuerySet(models.QuerySet["CannedResponse"]):
    def visible_to(self, user: User) -> "CannedResponseQuerySet":
        return self.filter(user_id=user.account_id)


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
