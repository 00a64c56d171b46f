"""Signing up, in, on and out."""

from typing import Any

from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import tickets, tokens
from accounts.access import sign_in
from accounts.api.serializers import (
    LoginSerializer,
    PairSerializer,
    RefreshSerializer,
    RegisterSerializer,
    SignedInSerializer,
    TicketSerializer,
    email_taken,
    limit_asking,
)
from accounts.guessing import guesses
from accounts.models import User
from accounts.payloads import user_payload
from flame.lib.errors import Problem

NO_STORE = {"Cache-Control": "no-store"}


class OpenView(APIView):
    """For whoever has no token, or brings an old one along."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


class RegisterView(OpenView):
    @extend_schema(summary="Sign up", request=RegisterSerializer, responses={201: SignedInSerializer})
    def post(self, request: Request) -> Response:
        serializer = RegisterSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        user = _create_owner(serializer.validated_data, request)
        return Response(_signed_in(user), status=201, headers=NO_STORE)


def _create_owner(fields: dict[str, Any], request: Request) -> User:
    limit_asking(request)
    try:
        with transaction.atomic():
            return User.objects.create_user(**{"language": (get_language() or "es")[:2], **fields})
    except IntegrityError:
        raise email_taken(request) from None


class LoginView(OpenView):
    @extend_schema(summary="Sign in", request=LoginSerializer, responses=SignedInSerializer)
    def post(self, request: Request) -> Response:
        serializer = LoginSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        email, password = serializer.validated_data["email"], serializer.validated_data["password"]
        tries = guesses("login", email, request)
        tries.count_one()
        user = authenticate(request, username=email, password=password)
        if user is None:
            raise Problem(401, "invalid_credentials", _("The address or the password is wrong."))
        tries.forgive()
        User.objects.filter(pk=user.pk).update(last_login=timezone.now())
        return Response(_signed_in(user), headers=NO_STORE)


def _signed_in(user: User) -> dict[str, Any]:
    return {**tokens.issue(user), "user": user_payload(user)}


class RefreshView(OpenView):
    @extend_schema(
        summary="Exchange a refresh token for the next pair",
        description="Each refresh token is good once. Using an old one again ends the whole sign-in.",
        request=RefreshSerializer,
        responses=PairSerializer,
    )
    def post(self, request: Request) -> Response:
        serializer = RefreshSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            pair = tokens.rotate(serializer.validated_data["refresh"])
        except tokens.TokenError as error:
            raise Problem(403, error.code, _("Invalid token")) from error
        return Response(pair, headers=NO_STORE)


class LogoutView(APIView):
    @extend_schema(summary="End this sign-in, all its tokens included", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        tokens.revoke(sign_in(request))
        return Response(status=204)


class TicketView(APIView):
    @extend_schema(summary="A single-use ticket for the websocket", request=None, responses=TicketSerializer)
    def post(self, request: Request) -> Response:
        body = {"ticket": tickets.open_ticket(sign_in(request)), "expires_in": tickets.LIFETIME_SECONDS}
        return Response(body, headers=NO_STORE)
