"""What an operator should know before people find out."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register  # noqa: A004 - Django's own name


@register(deploy=True)
def mail_reaches_people(**_: Any) -> list[CheckMessage]:
    if not settings.PRODUCTION or settings.EMAIL_HOST:
        return []
    hint = "Set SMTP_HOST, SMTP_PORT, SMTP_USER and SMTP_PASS."
    return [
        Warning(
            "Password links and invitations go to the log, to nobody else.",
            hint=hint,
            obj="SMTP_HOST",
            id="accounts.W001",
        )
    ]


@register(deploy=True)
def counts_are_shared(**_: Any) -> list[CheckMessage]:
    if not settings.PRODUCTION or settings.REDIS_URL:
        return []
    message = "Each process counts requests and guesses alone, and knows only its own websocket tickets."
    hint = "Set REDIS_URL when there is more than one process."
    return [Warning(message, hint=hint, obj="REDIS_URL", id="accounts.W002")]
