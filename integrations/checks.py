"""System checks: what is missing, by id."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from integrations import inbound


@register()
def check_receiver(**_: Any) -> list[CheckMessage]:
    if inbound.receiver() is not None:
        return []
    return [
        Error(
            "Nobody takes in what the platforms send.",
            hint="An app above integrations calls integrations.inbound.register() when it is ready.",
            id="integrations.E001",
        )
    ]
