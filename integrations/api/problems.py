"""What stands between an account and its messages, in words for people."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse

from flame.lib.errors import Problem
from integrations.platforms.base import CredentialsMissing, ErrorClass, Obstacle, PlatformError

OBSTACLES: dict[Obstacle, Promise] = {
    "not_subscribed": _("The platform does not send us this account's messages."),
    "not_connected": _("The platform has not connected this account; finish its set-up there."),
    "blocked": _("The platform lets this account send nothing."),
    "wrong_app": _("The token belongs to another app; make one for yours."),
    "wrong_account": _("The token belongs to another account; make one for this account."),
    "webhook_elsewhere": _("The platform sends this account's messages to another address."),
    "webhook_failing": _("The platform could not deliver messages to our address."),
}
PASSING = {"webhook_failing"}
"""Told of the time before: the platform tries again once it is connected."""

Words = tuple[int, str, Promise]
REFUSED: Words = (422, "platform_refused", _("The platform refused; check the account's ids."))
ERRORS: dict[ErrorClass, Words] = {
    "reauth": (422, "credentials_refused", _("The token has expired or may not do this; get a new one and reconnect.")),
    "account": (409, "account_blocked", _("The platform keeps this account from speaking; look there for the reason.")),
    "rate_limited": (503, "platform_busy", _("The platform takes no more requests at the moment; try again shortly.")),
    "retry": (503, "platform_unreachable", _("The platform cannot be reached; try again shortly.")),
    "unknown": (502, "platform_failed", _("The platform gave no answer; try again shortly.")),
}
TRANSIENT: set[ErrorClass] = {"rate_limited", "retry", "unknown"}


def words(error: PlatformError) -> tuple[int, str, str]:
    """Status, code and sentence of a refusal while connecting."""
    if isinstance(error, CredentialsMissing):
        return 422, "credentials_missing", str(_("Credentials are missing: %(names)s.") % {"names": error.names})
    status, code, sentence = ERRORS.get(error.error_class, REFUSED)
    return status, code, str(sentence)


def refusal(error: PlatformError) -> Problem:
    """Our sentence, and the platform's own words, if it was asked, as its detail."""
    status, code, sentence = words(error)
    headers = {"Retry-After": str(int(error.retry_after or 5))} if status == 503 else {}  # noqa: PLR2004 - HTTP's number
    told = sentence if isinstance(error, CredentialsMissing) else error.message
    detail: Any = {"field": None, "code": error.code, "message": told}
    return Problem(status, code, sentence, details=[detail], headers=headers)


def obstructed(obstacles: Iterable[Obstacle]) -> Problem:
    """The first obstacle is the answer; all of them are its details."""
    details: Any = [{"field": None, **told} for told in explained(obstacles)]
    return Problem(409, details[0]["code"], details[0]["message"], details=details)


def explained(obstacles: Iterable[Obstacle]) -> list[dict[str, str]]:
    return [{"code": obstacle, "message": str(OBSTACLES[obstacle])} for obstacle in obstacles]


def described(description: str) -> OpenApiResponse:
    """A refusal that only some operations know, for OpenAPI."""
    return OpenApiResponse({"$ref": "#/components/schemas/Error"}, description)
