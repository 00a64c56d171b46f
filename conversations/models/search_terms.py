"""What the list's search looks up."""

from django.db import connections, models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from conversations.models.threads import Conversation


class SearchTermQuerySet(models.QuerySet["SearchTerm"]):
    def starting_with(self, prefix: str) -> "SearchTermQuerySet":
        """By the index on both databases: PostgreSQL's serves LIKE 'x%', SQLite's only a range."""
        if connections[self.db].vendor == "postgresql":
            return self.filter(term__startswith=prefix)
        return self.filter(term__gte=prefix, term__lt=prefix + chr(0x10FFFF))


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
