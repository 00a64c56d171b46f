"""What comes in is validated here; what goes out is described to OpenAPI (integrations.payloads makes it)."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.api.serializers import Owned
from assistants.api.serializers import MAX_REPLY
from assistants.models import Assistant
from flame.lib.errors import Problem
from integrations.models import Integration, PlatformName
from integrations.payloads import HIDDEN, mask
from integrations.platforms.base import Platform
from integrations.registry import PLATFORMS

MAX_CREDENTIAL = 2_000
OUR_SECRET = "webhook_secret"  # noqa: S105 - a name
"""The one credential that we choose and the platform only hands back."""
FIELDS = "; ".join(f"{name}: {', '.join(adapter.credential_fields)}" for name, adapter in PLATFORMS.items())


class CredentialField(serializers.CharField):
    """One credential. It goes into a header or an address, so it is visible ASCII; empty takes it away."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_CREDENTIAL, allow_blank=True, **kwargs)


class IntegrationSerializer(serializers.ModelSerializer[Integration]):
    """An integration as REST and the socket show it: of a secret, only a tail."""

    user_id = serializers.UUIDField()
    default_assistant_id = serializers.UUIDField(allow_null=True)
    credentials = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = Integration
        fields = [
            "id",
            "user_id",
            "platform",
            "name",
            "status",
            "credentials",
            "webhook_url",
            "last_sync",
            "default_assistant_id",
            "out_of_hours_text",
            "error",
            "human_agent",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields


class IntegrationCreate(serializers.Serializer[Any]):
    platform = serializers.ChoiceField(PlatformName.choices)
    name = serializers.CharField(max_length=255, required=False, allow_blank=True)
    credentials = serializers.DictField(
        child=CredentialField(), required=False, help_text=f"Left out, the server's own are used. {FIELDS}."
    )
    default_assistant_id = Owned(
        queryset=Assistant.objects.all(), source="default_assistant", required=False, allow_null=True
    )
    out_of_hours_text = serializers.CharField(
        max_length=MAX_REPLY,
        required=False,
        allow_blank=True,
        help_text="Said where the assistant is closed and has no text of its own for that; the same placeholders.",
    )
    human_agent = serializers.BooleanField(
        required=False,
        help_text="Meta reviewed your app for HUMAN_AGENT: what people write may go for seven days, not one.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        adapter = adapter_of(attrs["platform"])
        refuse_human_agent(adapter, attrs)
        return {**attrs, "credentials": merged(adapter, {}, attrs.get("credentials", {}))}


class IntegrationChange(IntegrationCreate):
    """Absent fields are kept, also within the credentials, and so is a secret that comes back as it was shown."""

    instance: Integration
    platform = serializers.ChoiceField(PlatformName.choices, required=False)

    def validate_platform(self, platform: str) -> str:
        if platform != self.instance.platform:
            raise serializers.ValidationError(_("The platform of an integration does not change."))
        return platform

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if {"credentials", "human_agent"} & attrs.keys():
            adapter = adapter_of(self.instance.platform)
            refuse_human_agent(adapter, attrs)
        if "credentials" in attrs:
            attrs["credentials"] = merged(adapter, self.instance.credentials, attrs["credentials"])
        return attrs


class ObstacleSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class StandingSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(Integration.Status.choices)
    connected = serializers.BooleanField(help_text="Messages flow, both ways.")
    problems = ObstacleSerializer(many=True)
    account = serializers.DictField(help_text="What the platform calls the account, and what it says of it.")
    last_sync = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField(help_text="What the platform said when it stopped taking messages.")


def adapter_of(platform: str) -> Platform:
    """Raises a Problem for a platform that is known and cannot be connected here."""
    if platform not in PLATFORMS:
        raise Problem(400, "platform_unavailable", _("This platform cannot be connected yet."))
    return PLATFORMS[platform]


def refuse_human_agent(adapter: Platform, attrs: dict[str, Any]) -> None:
    if attrs.get("human_agent") and adapter.capabilities.human_agent_hours is None:
        raise serializers.ValidationError({"human_agent": _("This platform knows no human agents.")}, "unsupported")


def merged(adapter: Platform, stored: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The stored credentials with the given ones. Raises ValidationError by the credential's name."""
    problems = {name: found for name, value in given.items() if (found := problem(adapter, stored, name, value))}
    if problems:
        raise serializers.ValidationError({"credentials": problems})
    news = {name: value for name, value in given.items() if not value.startswith(HIDDEN)}
    credentials = {name: value for name, value in {**stored, **news}.items() if value}
    if OUR_SECRET in adapter.credential_fields:
        credentials.setdefault(OUR_SECRET, secrets.token_urlsafe(32))
    return credentials


def problem(adapter: Platform, stored: Mapping[str, str], name: str, value: str) -> serializers.ErrorDetail | None:
    if name not in adapter.credential_fields:
        message = _("There is no such credential; there are %(names)s.") % {
            "names": ", ".join(adapter.credential_fields)
        }
        return serializers.ErrorDetail(message, "unknown")
    if value.startswith(HIDDEN):
        is_shown = name in stored and value == mask(stored[name])
        return None if is_shown else serializers.ErrorDetail(_("Only its last characters were sent."), "masked")
    if not value.isascii() or not value.isprintable() or " " in value:
        return serializers.ErrorDetail(_("A credential is visible ASCII without spaces."), "invalid")
    if name.endswith("_id") and value and not value.isdecimal():
        return serializers.ErrorDetail(_("An id consists of digits."), "invalid")
    return None
