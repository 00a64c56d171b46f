from typing import TYPE_CHECKING

from django.db import models

from accounts.models import User

if TYPE_CHECKING:
    from integrations.models import Integration  # noqa: F401 - named in the generic below


class IntegrationQuerySet(models.QuerySet["Integration"]):
    def visible_to(self, user: User) -> "IntegrationQuerySet":
        return self.filter(user_id=user.account_id)

    def active(self) -> "IntegrationQuerySet":
        return self.filter(status="active")
