"""A password that was forgotten."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.fields import get_error_detail
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import passwords, tasks
from accounts.api.serializers import ForgotPasswordSerializer, NoticeSerializer, ResetPasswordSerializer
from accounts.api.sessions import OpenView
from accounts.guessing import guesses
from flame.lib.doorbell import ring_on_commit


class ForgotPasswordView(OpenView):
    @extend_schema(
        summary="Ask for a link to set a new password",
        description="The answer is the same whether or not anyone has the address.",
        request=ForgotPasswordSerializer,
        responses={202: NoticeSerializer},
    )
    def post(self, request: Request) -> Response:
        serializer = ForgotPasswordSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        email = serializer.validated_data["email"]
        guesses("forgot", email, request).count_one()
        link = passwords.request_link(email)
        ring_on_commit(tasks.mail, str(link.pk))
        return Response({"message": _("If the address has an account, a link is on its way.")}, status=202)


class ResetPasswordView(OpenView):
    @extend_schema(
        summary="Set a new password by a mailed link",
        description="The link is good once. Every sign-in of the user ends.",
        request=ResetPasswordSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        serializer = ResetPasswordSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            passwords.set_password(**serializer.validated_data, request=request)
        except ValidationError as error:
            raise serializers.ValidationError({"password": get_error_detail(error)}) from error
        return Response(status=204)
