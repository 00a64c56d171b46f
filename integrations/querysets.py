from typing import TYPE_CHECKING

from django.db import models

from accounts.models import User

if TYPE_CHECKING:
    from integrations.models import Integration  # noqa: F401 - named in the generic below


class IntegrationQuerySet(models.QuerySet["Integration"]):
    def visible_to(self, user: User) -> "IntegrationQuerySet":
        return self.filter(user_id=user.account_id)

    def connected(self) -> "IntegrationQuerySet":
        """Takes events in. One in `error` still does: its customers go on writing while its owner mends the token."""
        return self.filter(status__in=["active", "error"])
