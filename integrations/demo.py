"""The demo's accounts on the platforms, all played by the sandbox. Ids and tokens are invented in each one's form."""

from django.db import transaction

from accounts.models import User
from assistants.models import Assistant
from integrations.models import Integration
from integrations.registry import PLATFORMS

APP = {"app_id": "600100200300400", "app_secret": "demo-app-secret", "verify_token": "demo-verify-token"}
CREDENTIALS = {
    "whatsapp": {
        "phone_number_id": "100200300400500",
        "business_account_id": "200300400500600",
        "access_token": "demo-whatsapp-token",
        **APP,
    },
    "facebook": {"page_id": "700100200300400", "page_access_token": "demo-page-token-700100200300400", **APP},
    "instagram": {
        "instagram_account_id": "17840000000000001",
        "access_token": "demo-instagram-token-17840000000000001",
        "instagram_app_secret": "demo-instagram-app-secret",
        "verify_token": "demo-verify-token",
    },
    "telegram": {"bot_token": "1234567890:demo-telegram-bot", "webhook_secret": "demo-webhook-secret"},
}


@transaction.atomic
def create_demo_integrations(owner: User, assistant: Assistant) -> list[tuple[Integration, bool]]:
    """One connected account per platform, answered by the assistant, each with whether it is new."""
    return [connected(owner, assistant, platform) for platform in PLATFORMS]


def connected(owner: User, assistant: Assistant, platform: str) -> tuple[Integration, bool]:
    account = Integration(platform=platform, credentials=CREDENTIALS[platform])
    return Integration.objects.get_or_create(
        user=owner,
        platform=platform,
        account_key=PLATFORMS[platform].account_key(account.account()),
        defaults={
            "name": f"Tienda Fuego · {account.get_platform_display()}",
            "status": Integration.Status.ACTIVE,
            "credentials": account.credentials,
            "default_assistant": assistant,
        },
    )
