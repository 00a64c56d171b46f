"""Assistants over REST. Every write locks the assistant, acts, and announces in one transaction."""

import uuid
from typing import Any, ClassVar

import django_filters as filters
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import stream
from accounts.access import actor, member
from accounts.api.snapshots import with_event_seq
from accounts.stream import Draft
from assistants.announce import announce
from assistants.api.serializers import AssistantSerializer
from assistants.models import Assistant
from assistants.payloads import assistant_payload
from assistants.prompts import version_of
from flame.lib.etags import conditional
from flame.lib.filters import AnyOf


class AssistantFilter(filters.FilterSet):
    type = AnyOf(choices=Assistant.Type.choices)
    status = AnyOf(choices=Assistant.Status.choices)

    class Meta:
        model = Assistant
        fields: ClassVar[list[str]] = []


class AssistantViewSet(GenericViewSet[Assistant]):
    queryset = Assistant.objects.all()
    serializer_class = AssistantSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = AssistantFilter
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        return Assistant.objects.visible_to(member(self.request))

    def valid(self, *, partial: bool) -> dict[str, Any]:
        serializer = self.get_serializer(data=self.request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    @extend_schema(summary="List assistants by name")
    @with_event_seq
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response([assistant_payload(row) for row in page])

    @extend_schema(summary="Make an assistant", responses={201: AssistantSerializer})
    def create(self, request: Request) -> Response:
        fields = self.valid(partial=False)
        with stream.gathered():
            made = Assistant.objects.create(user_id=member(request).account_id, **fields)
            version_of(made, member(request))
            announce("created", made, actor(request))
        return Response(assistant_payload(made), status.HTTP_201_CREATED)

    @extend_schema(summary="Read an assistant")
    @conditional
    def retrieve(self, request: Request, pk: uuid.UUID) -> Response:
        return Response(assistant_payload(get_object_or_404(self.get_queryset(), pk=pk)))

    @extend_schema(
        summary="Change an assistant",
        description="Absent fields are kept.",
        request=AssistantSerializer(partial=True),
    )
    def update(self, request: Request, pk: uuid.UUID) -> Response:
        with stream.gathered():
            assistant = locked(request, pk)
            changes = self.valid(partial=True)
            for name, value in changes.items():
                setattr(assistant, name, value)
            if changes:
                assistant.save(update_fields=[*changes])
                version_of(assistant, member(request))
                announce("updated", assistant, actor(request))
        return Response(assistant_payload(assistant))

    partial_update = update

    @extend_schema(summary="Delete an assistant with its schedules and knowledge", responses={204: None})
    def destroy(self, request: Request, pk: uuid.UUID) -> Response:
        with stream.gathered():
            locked(request, pk).delete()
            stream.publish(
                member(request).account_id, Draft("assistant.deleted", {"id": str(pk)}, None, actor(request))
            )
        return Response(status=status.HTTP_204_NO_CONTENT)


def locked(request: Request, pk: uuid.UUID) -> Assistant:
    """The account's assistant, to be changed. Raises 404 for a stranger's."""
    assistant: Assistant = get_object_or_404(Assistant.objects.visible_to(member(request)).select_for_update(), pk=pk)
    return assistant
