"""Who I am, and changing it."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import stream
from accounts.access import member
from accounts.api.serializers import ProfileSerializer, UserSerializer, check_strength, email_taken, limit_asking
from accounts.guessing import guesses
from accounts.models import User
from accounts.payloads import user_payload
from flame.lib.errors import Detail, Problem
from flame.lib.etags import conditional

ASKS_FOR_PASSWORD = {"email", "password"}


class MeView(APIView):
    @extend_schema(summary="The user of this token", responses=UserSerializer)
    @conditional
    def get(self, request: Request) -> Response:
        return Response(user_payload(member(request)))


class ProfileView(APIView):
    @extend_schema(
        summary="Change one's own profile",
        description="Absent fields are kept. A new password ends every sign-in, this one included.",
        request=ProfileSerializer,
        responses=UserSerializer,
    )
    def put(self, request: Request) -> Response:
        user = member(request)
        serializer = ProfileSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        changes: dict[str, Any] = serializer.validated_data
        current = changes.pop("current_password", "")
        if changes.get("email") == user.email:
            del changes["email"]  # clients send the whole profile back
        if ASKS_FOR_PASSWORD & changes.keys():
            _check_current_password(user, current, request)
        _change(user, changes, request)
        return Response(user_payload(user))

    patch = put


def _check_current_password(user: User, current: str, request: Request) -> None:
    tries = guesses("profile", str(user.pk), request)
    tries.count_one()
    if not user.check_password(current):
        message = _("The current password is wrong.")
        detail: Detail = {"field": "current_password", "code": "wrong_password", "message": message}
        raise Problem(400, "wrong_password", message, details=[detail])
    tries.forgive()


def _change(user: User, changes: dict[str, Any], request: Request) -> None:
    if "email" in changes:
        limit_asking(request)
    password = changes.pop("password", None)
    if changes.get("avatar_url") == "":
        changes["avatar_url"] = None
    for name, value in changes.items():
        setattr(user, name, value)
    if password is not None:
        check_strength(password, user)
        user.set_password(password)
        changes["password"] = password
    try:
        with transaction.atomic():
            user.save(update_fields=[*changes])
            if password is not None:
                stream.ring(user.account_id)
    except IntegrityError:
        raise email_taken(request) from None
