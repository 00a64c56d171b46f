"""What the account's routes take and show. Output is made by `payloads`; the shapes here describe it to OpenAPI."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import get_error_detail
from rest_framework.request import Request

from accounts.access import member
from accounts.guessing import guesses
from accounts.models import User

LANGUAGES = ["es", "en"]
MAX_PASSWORD = 128


@cache
def _timezones() -> set[str]:
    return available_timezones()


@extend_schema_field({"type": "string", "examples": ["America/Mexico_City"]})
class TimezoneField(serializers.CharField):
    """A name of the IANA database."""

    def to_internal_value(self, data: Any) -> str:
        name = str(super().to_internal_value(data))
        if name not in _timezones():
            raise serializers.ValidationError(_("This time zone is unknown."), code="unknown_timezone")
        return name


class EmailField(serializers.EmailField):
    """An address in the form in which users are looked up."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=255, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        return str(super().to_internal_value(data)).lower()


class Owned(serializers.PrimaryKeyRelatedField[Any]):
    """A foreign key in a body that only reaches the account's own rows."""

    def get_queryset(self) -> Any:
        queryset: Any = super().get_queryset()
        return queryset.visible_to(member(self.context["request"]))


class PasswordField(serializers.CharField):
    """Shown to nobody; spaces at its ends belong to it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_PASSWORD, write_only=True, trim_whitespace=False, **kwargs)


def check_strength(password: str, user: User, field: str = "password") -> None:
    try:
        validate_password(password, user)
    except DjangoValidationError as error:
        raise serializers.ValidationError({field: get_error_detail(error)}) from error


def limit_asking(request: Request) -> None:
    """Raises a 429 Problem for who was told too often that an address is taken: a free one would tell as much."""
    guesses("address", "", request).refuse_spent()


def email_taken(request: Request) -> serializers.ValidationError:
    """Whoever signs up, invites or moves must be told that an address is taken; how often one may ask is limited."""
    guesses("address", "", request).count_one()
    message = _("There is an account with this address already.")
    return serializers.ValidationError({"email": [serializers.ErrorDetail(message, "unique")]})


class UserSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField()
    avatar_url = serializers.CharField(allow_null=True)
    role = serializers.ChoiceField(choices=User.Role.choices)
    is_active = serializers.BooleanField()
    timezone = serializers.CharField()
    language = serializers.ChoiceField(choices=LANGUAGES)
    account_id = serializers.UUIDField(help_text="The owner whose data this user works with.")
    team_owner_id = serializers.UUIDField(allow_null=True, help_text="Null for an owner.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class PairSerializer(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds until the access token expires.")


class SignedInSerializer(PairSerializer):
    user = UserSerializer()


class RegisterSerializer(serializers.Serializer[Any]):
    email = EmailField()
    password = PasswordField()
    name = serializers.CharField(max_length=255)
    timezone = TimezoneField(required=False)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        check_strength(attrs["password"], User(email=attrs["email"], name=attrs["name"]))
        return attrs


class LoginSerializer(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=255)
    password = PasswordField()


class RefreshSerializer(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=4096)


class ForgotPasswordSerializer(serializers.Serializer[Any]):
    email = EmailField()


class ResetPasswordSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=128)
    password = PasswordField()


class NoticeSerializer(serializers.Serializer[Any]):
    message = serializers.CharField()


class TicketSerializer(serializers.Serializer[Any]):
    ticket = serializers.CharField()
    expires_in = serializers.IntegerField()


class ProfileSerializer(serializers.Serializer[Any]):
    """Absent fields are kept. A new password or address asks for the current password."""

    name = serializers.CharField(max_length=255, required=False)
    avatar_url = serializers.URLField(max_length=500, required=False, allow_null=True, allow_blank=True)
    timezone = TimezoneField(required=False)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)
    email = EmailField(required=False)
    password = PasswordField(required=False)
    current_password = PasswordField(required=False)


class InviteSerializer(serializers.Serializer[Any]):
    email = EmailField()
    name = serializers.CharField(max_length=255)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)
