from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from accounts.models import User

if TYPE_CHECKING:
    from integrations.models import InboundEvent, Integration  # noqa: F401 - named in the generics below


class IntegrationQuerySet(models.QuerySet["Integration"]):
    def visible_to(self, user: User) -> "IntegrationQuerySet":
        return self.filter(user_id=user.account_id)

    def connected(self) -> "IntegrationQuerySet":
        """Takes events in. One in `error` still does: its customers go on writing while its owner mends the token."""
        return self.filter(status__in=["active", "error"])

    def speaking_for(self, platform: str, account_key: str) -> "Integration | None":
        """Whose events these are: the account's, or any of those that belong to it (a WhatsApp business account)."""
        rows = self.named(platform, account_key).order_by("created_at", "id")
        return min(rows, key=lambda row: row.account_key != account_key, default=None)

    def named(self, platform: str, account_key: str) -> "IntegrationQuerySet":
        """The account's own, and those that belong to it."""
        if not account_key:
            return self.none()
        return self.filter(models.Q(account_key=account_key) | models.Q(parent_key=account_key), platform=platform)


class InboundEventQuerySet(models.QuerySet["InboundEvent"]):
    def unread(self, integration: "Integration", until: datetime) -> "InboundEventQuerySet":
        """What the account's platform had told us by then and nobody has looked at yet."""
        told = self.filter(platform=integration.platform, account_key=integration.account_key, received_at__lte=until)
        return told.filter(state="pending")
