"""Integrations over REST. Everybody of the account reads; its owner writes."""

import uuid
from typing import Any, ClassVar

import django_filters as filters
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import stream
from accounts.access import actor, member
from accounts.api.snapshots import with_event_seq
from accounts.permissions import OwnerWrites
from flame.lib.errors import Problem
from flame.lib.etags import conditional
from flame.lib.filters import AnyOf
from integrations.actions import announce, delete_integration
from integrations.api import serializers
from integrations.connections import let_go
from integrations.models import Integration, PlatformName
from integrations.payloads import integration_payload


class IntegrationFilter(filters.FilterSet):
    platform = AnyOf(choices=PlatformName.choices)
    status = AnyOf(choices=Integration.Status.choices)

    class Meta:
        model = Integration
        fields: ClassVar[list[str]] = []


class IntegrationViewSet(GenericViewSet[Integration]):
    queryset = Integration.objects.all()
    serializer_class = serializers.IntegrationSerializer
    permission_classes = (IsAuthenticated, OwnerWrites)
    filter_backends = [DjangoFilterBackend]
    filterset_class = IntegrationFilter
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        return Integration.objects.visible_to(member(self.request))

    def valid(self, serializer_class: type[Any], instance: Integration | None = None) -> dict[str, Any]:
        serializer = serializer_class(instance, data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    @extend_schema(summary="List integrations, oldest first")
    @with_event_seq
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response([integration_payload(row) for row in page])

    @extend_schema(
        summary="Make an integration",
        description="It takes part in nothing until it is connected.",
        request=serializers.IntegrationCreate,
        responses={201: serializers.IntegrationSerializer},
    )
    def create(self, request: Request) -> Response:
        fields = self.valid(serializers.IntegrationCreate)
        with stream.gathered():
            made = Integration(user_id=member(request).account_id, **fields)
            made.webhook_url = made.webhook_address()
            made.save(force_insert=True)
            announce("created", made, actor(request))
        return Response(integration_payload(made), status.HTTP_201_CREATED)

    @extend_schema(summary="Read an integration")
    @conditional
    def retrieve(self, request: Request, pk: uuid.UUID) -> Response:
        return Response(integration_payload(get_object_or_404(self.get_queryset(), pk=pk)))

    @extend_schema(
        summary="Change an integration",
        description="Absent fields are kept. Another account is another platform id: disconnect before you change it.",
        request=serializers.IntegrationChange,
    )
    def update(self, request: Request, pk: uuid.UUID) -> Response:
        with stream.gathered():
            integration = locked(request, pk)
            changes = self.valid(serializers.IntegrationChange, integration)
            if changes:
                change(integration, changes)
                announce("updated", integration, actor(request))
        return Response(integration_payload(integration))

    partial_update = update

    @extend_schema(
        summary="Delete an integration", description="Its conversations stay and can be read.", responses={204: None}
    )
    def destroy(self, request: Request, pk: uuid.UUID) -> Response:
        let_go(get_object_or_404(self.get_queryset(), pk=pk))
        with stream.gathered():
            delete_integration(locked(request, pk), actor(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def locked(request: Request, pk: uuid.UUID) -> Integration:
    """The account's integration, to be changed. Raises 404 for a stranger's."""
    rows = Integration.objects.visible_to(member(request)).select_for_update()
    integration: Integration = get_object_or_404(rows, pk=pk)
    return integration


def change(integration: Integration, changes: dict[str, Any]) -> None:
    """Set fields of a locked integration. Raises a Problem if it would speak for an account that it has not proved."""
    held = integration.account_key
    for name, value in changes.items():
        setattr(integration, name, value)
    integration.save()
    if integration.account_key != held and integration.status != Integration.Status.INACTIVE:
        raise Problem(409, "connected", _("Disconnect the integration before you give it another account."))
