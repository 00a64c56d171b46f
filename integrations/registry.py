"""The platforms there are. One folder and one line each."""

from integrations.platforms.base import Platform
from integrations.platforms.telegram.adapter import Telegram
from integrations.platforms.whatsapp.adapter import WhatsApp

PLATFORMS: dict[str, Platform] = {
    platform.name: platform
    for platform in (
        WhatsApp(),
        Telegram(),
    )
}
