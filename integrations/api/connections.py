"""Connecting an account, disconnecting it, and asking how it stands. The platform is asked outside of transactions."""

import uuid
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import stream
from accounts.access import actor, member
from accounts.permissions import OwnerOnly
from flame.lib.doorbell import ring_on_commit
from flame.lib.errors import Problem
from flame.lib.times import utc_or_none
from integrations import connections
from integrations.actions import activate, deactivate, report_error
from integrations.api import problems
from integrations.api.serializers import IntegrationSerializer, StandingSerializer, adapter_of
from integrations.api.views import locked
from integrations.models import Integration
from integrations.payloads import integration_payload
from integrations.platforms.base import PlatformError, Standing
from integrations.tasks import receive

CONNECT = {
    200: IntegrationSerializer,
    409: problems.described(
        "Another integration has the account, something is in its way, or it was changed meanwhile."
    ),
    422: problems.described("The platform refuses the credentials, or some are missing."),
    502: problems.described("The platform gave no answer."),
    503: problems.described("The platform cannot be reached, or takes no more requests now."),
}


class ConnectView(APIView):
    permission_classes = (IsAuthenticated, OwnerOnly)

    @extend_schema(
        summary="Connect an integration",
        description="Checks the credentials at the platform and has the account's messages sent here. May be repeated.",
        request=None,
        responses=CONNECT,
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        return Response(integration_payload(bring_up(found(request, pk), actor(request))))


class DisconnectView(APIView):
    permission_classes = (IsAuthenticated, OwnerOnly)

    @extend_schema(
        summary="Disconnect an integration",
        description="No message comes in or goes out any more, even if the platform cannot be told.",
        request=None,
        responses=IntegrationSerializer,
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        connections.let_go(found(request, pk))
        with stream.gathered():
            integration = locked(request, pk)
            deactivate(integration, actor(request))
        return Response(integration_payload(integration))


class StatusView(APIView):
    @extend_schema(summary="Ask the platform how the account stands now", responses=StandingSerializer)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        integration = found(request, pk)
        told, account = asked(integration)
        return Response(
            {
                "status": integration.status,
                "connected": integration.status == Integration.Status.ACTIVE and not told,
                "problems": told,
                "account": account,
                "last_sync": utc_or_none(integration.last_sync),
                "error": integration.error,
            }
        )


def found(request: Request, pk: uuid.UUID) -> Integration:
    """The account's integration on a platform that can be spoken to. Raises 404 or a Problem."""
    integration: Integration = get_object_or_404(Integration.objects.visible_to(member(request)), pk=pk)
    adapter_of(integration.platform)
    return integration


def bring_up(proven: Integration, by: stream.Actor) -> Integration:
    """Have its platform send the account's events here, and make it active. Raises a Problem, or 404 if it vanished."""
    asked_at, standing = timezone.now(), agreed(proven, by)
    try:
        with stream.gathered():
            integration = get_object_or_404(Integration.objects.select_for_update(), pk=proven.pk)
            if integration.credentials != proven.credentials:
                raise Problem(409, "credentials_changed", _("The credentials changed meanwhile; connect again."))
            activate(integration, standing, asked_at, by)
            ring_on_commit(receive)
    except IntegrityError:
        raise taken() from None
    return integration


def agreed(integration: Integration, by: stream.Actor) -> Standing:
    """What the platform says once it has connected the account. Raises a Problem; an active integration keeps it."""
    try:
        standing = connections.connect(integration)
    except connections.AccountTaken:
        raise taken() from None
    except PlatformError as error:
        if error.error_class not in problems.TRANSIENT:
            report_error(integration, error, by)
        raise problems.refusal(error) from error
    if lasting := [obstacle for obstacle in standing.obstacles if obstacle not in problems.PASSING]:
        problem = problems.obstructed(lasting)
        report_error(integration, PlatformError("account", problem.code, str(problem.detail)), by)
        raise problem
    return standing


def taken() -> Problem:
    return Problem(409, "account_taken", _("This account is connected to another integration already."))


def asked(integration: Integration) -> tuple[list[dict[str, str]], dict[str, Any]]:
    """The problems that the platform knows of, and the account as it knows it."""
    try:
        standing = connections.check(integration)
    except PlatformError as error:
        _status, code, sentence = problems.words(error)
        return [{"code": code, "message": sentence}], {}
    return problems.explained(standing.obstacles), {"name": standing.name, **standing.facts}
