"""Canned responses over REST. Everybody of the account uses and keeps them."""

import re
import uuid
from typing import Any, ClassVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.access import member
from conversations.api.new_message import MAX_CONTENT
from conversations.models import CannedResponse
from conversations.payloads import canned_response_payload
from flame.lib.errors import Problem
from flame.lib.etags import conditional


class ShortcutField(serializers.CharField):
    """Judged as it is kept: what is one letter may be two in lower case.

    Without a pattern in the description, where a word has only the letters of English.
    """

    default_error_messages: ClassVar[dict[str, Any]] = serializers.RegexField.default_error_messages

    def to_internal_value(self, data: Any) -> str:
        shortcut = str(super().to_internal_value(data)).removeprefix("/").lower()
        if not re.fullmatch(r"[\w-]+", shortcut):
            self.fail("invalid")
        return shortcut


class CannedResponseSerializer(serializers.ModelSerializer[CannedResponse]):
    shortcut = ShortcutField(max_length=50, help_text="One word, in lower case; a slash before it is dropped.")
    content = serializers.CharField(max_length=MAX_CONTENT)

    class Meta:
        model = CannedResponse
        fields: ClassVar[list[str]] = ["id", "shortcut", "title", "content", "created_at", "updated_at"]
        read_only_fields: ClassVar[list[str]] = ["id", "created_at", "updated_at"]


class CannedResponseViewSet(GenericViewSet[CannedResponse]):
    queryset = CannedResponse.objects.all()
    serializer_class = CannedResponseSerializer
    filter_backends = []
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        return CannedResponse.objects.visible_to(member(self.request))

    def saved(self, canned: CannedResponse, *, partial: bool) -> Response:
        """Validate, set and save. Raises a Problem when the account has the shortcut already."""
        serializer = self.get_serializer(data=self.request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        for name, value in serializer.validated_data.items():
            setattr(canned, name, value)
        try:
            with transaction.atomic():
                canned.save()
        except IntegrityError:
            raise Problem(409, "shortcut_taken", _("There is a canned response with this shortcut already.")) from None
        return Response(canned_response_payload(canned))

    @extend_schema(summary="List canned responses by shortcut")
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response([canned_response_payload(row) for row in page])

    @extend_schema(summary="Keep a canned response", responses={201: CannedResponseSerializer})
    def create(self, request: Request) -> Response:
        answer = self.saved(CannedResponse(user_id=member(request).account_id), partial=False)
        answer.status_code = status.HTTP_201_CREATED
        return answer

    @extend_schema(summary="Read a canned response")
    @conditional
    def retrieve(self, request: Request, pk: uuid.UUID) -> Response:
        return Response(canned_response_payload(get_object_or_404(self.get_queryset(), pk=pk)))

    @extend_schema(
        summary="Change a canned response",
        description="Absent fields are kept.",
        request=CannedResponseSerializer(partial=True),
    )
    def update(self, request: Request, pk: uuid.UUID) -> Response:
        with transaction.atomic():
            canned = get_object_or_404(self.get_queryset().select_for_update(), pk=pk)
            return self.saved(canned, partial=True)

    partial_update = update

    @extend_schema(summary="Delete a canned response", responses={204: None})
    def destroy(self, request: Request, pk: uuid.UUID) -> Response:
        get_object_or_404(self.get_queryset(), pk=pk).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)
