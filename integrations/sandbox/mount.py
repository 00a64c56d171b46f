"""The sandbox inside the demo server: the accounts are the integrations, the webhooks go to this very server."""

from django.conf import settings

from integrations.models import Integration
from integrations.registry import PLATFORMS
from integrations.sandbox.application import Sandbox
from integrations.sandbox.directory import Registered, linked_account


class IntegrationDirectory:
    async def lookup(self, platform: str, account_key: str) -> Registered | None:
        """Whoever is connected speaks for the account, else the newest row of that name."""
        rows = Integration.objects.filter(platform=platform, account_key=account_key).order_by("-created_at")
        found = [row async for row in rows]
        if not found:
            return None
        speaking = next((row for row in found if row.status == Integration.Status.ACTIVE), found[0])
        secret = PLATFORMS[platform].secret(speaking.account())
        return Registered(secret, f"http://127.0.0.1:{settings.PORT}/api/webhooks/{platform}")

    async def known(self) -> list[dict[str, str]]:
        rows = Integration.objects.connected().order_by("created_at")
        return [{"platform": row.platform, "account_key": row.account_key, "name": row.name} async for row in rows]

    async def speaker(self, token: str) -> str:
        """The newest row with the token: whoever connects one has just written it."""
        rows = Integration.objects.filter(platform__in=["facebook", "instagram"]).order_by("-updated_at")
        async for row in rows:
            credentials = row.account().credentials
            if credentials.get("access_token") == token:
                return row.account_key
            if credentials.get("page_access_token") == token:
                return credentials.get("page_id", "")
        return ""

    async def linked_account(self, page_id: str) -> str:
        rows = Integration.objects.filter(platform="instagram", parent_key=page_id).order_by("-updated_at")
        row = await rows.afirst()
        return row.account_key if row else linked_account(page_id)

    def reset(self) -> None:
        """The integrations are not the sandbox's to forget."""


application = Sandbox(IntegrationDirectory())
