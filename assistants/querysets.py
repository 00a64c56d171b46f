from typing import TYPE_CHECKING

from django.db import models

from accounts.models import User

if TYPE_CHECKING:
    from assistants.models import Assistant  # noqa: F401 - named in the generic below


class AssistantQuerySet(models.QuerySet["Assistant"]):
    def visible_to(self, user: User) -> "AssistantQuerySet":
        return self.filter(user_id=user.account_id)
