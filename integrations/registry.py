"""The platforms there are. One folder and one line each."""

from integrations.platforms.base import Platform
from integrations.platforms.facebook.adapter import Facebook
from integrations.platforms.instagram.adapter import Instagram
from integrations.platforms.telegram.adapter import Telegram
from integrations.platforms.whatsapp.adapter import WhatsApp

PLATFORMS: dict[str, Platform] = {
    platform.name: platform
    for platform in (
        WhatsApp(),
        Facebook(),
        Instagram(),
        Telegram(),
    )
}
OBJECTS: dict[str, Platform] = {platform.object: platform for platform in PLATFORMS.values() if platform.object}
"""By the `object` of Meta's bodies: one app has one webhook URL, so the path does not tell the product."""
