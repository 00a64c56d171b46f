"""When an assistant is open, over REST: its week, and its special days.

Its hours are part of it, so a change of them is announced as the assistant's own.
"""

import uuid
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import stream
from accounts.access import actor, member
from assistants.announce import announce
from assistants.api.serializers import ScheduleExceptionSerializer, ScheduleSerializer
from assistants.api.views import locked
from assistants.models import Assistant, Schedule, ScheduleException
from assistants.payloads import exception_payload, schedule_payload
from flame.lib.errors import Problem

KEPT = "Absent fields are kept."


class HoursView(GenericAPIView[Any]):
    """Rows that belong to one assistant; a subclass says which."""

    filter_backends = []
    order: tuple[str, ...]
    payload: Callable[[Any], dict[str, Any]]

    def rows(self, assistant: Assistant) -> Any:
        return self.get_queryset().filter(assistant=assistant)

    def row(self, assistant: Assistant) -> Any:
        return get_object_or_404(self.rows(assistant), pk=self.kwargs[self.lookup_url_kwarg])

    def saved(self, row: Any, *, partial: bool) -> Any:
        serializer = self.get_serializer(row, data=self.request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        for name, value in serializer.validated_data.items():
            setattr(row, name, value)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise Problem(409, "hours_taken", _("These hours are there already.")) from None
        return row


class ListedHours(HoursView):
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        assistant = get_object_or_404(Assistant.objects.visible_to(member(request)), pk=pk)
        page = self.paginate_queryset(self.rows(assistant).order_by(*self.order)) or []
        return self.get_paginated_response([self.payload(row) for row in page])

    def post(self, request: Request, pk: uuid.UUID) -> Response:
        with stream.gathered():
            assistant = locked(request, pk)
            made = self.saved(self.get_queryset().model(assistant=assistant), partial=False)
            announce("updated", assistant, actor(request))
        return Response(self.payload(made), status.HTTP_201_CREATED)


class OneOfHours(HoursView):
    def put(self, request: Request, pk: uuid.UUID, **_row: uuid.UUID) -> Response:
        with stream.gathered():
            assistant = locked(request, pk)
            row = self.saved(self.row(assistant), partial=True)
            if request.data:
                announce("updated", assistant, actor(request))
        return Response(self.payload(row))

    patch = put

    def delete(self, request: Request, pk: uuid.UUID, **_row: uuid.UUID) -> Response:
        with stream.gathered():
            assistant = locked(request, pk)
            self.row(assistant).delete()
            announce("updated", assistant, actor(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class Week(HoursView):
    queryset = Schedule.objects.all()
    serializer_class = ScheduleSerializer
    lookup_url_kwarg = "schedule_pk"
    order = ("day_of_week", "start_time", "id")
    payload = staticmethod(schedule_payload)


class SpecialDays(HoursView):
    queryset = ScheduleException.objects.all()
    serializer_class = ScheduleExceptionSerializer
    lookup_url_kwarg = "exception_pk"
    order = ("date", "start_time", "id")
    payload = staticmethod(exception_payload)


@extend_schema_view(
    get=extend_schema(summary="List an assistant's hours by day", responses=ScheduleSerializer(many=True)),
    post=extend_schema(summary="Add a range of hours", responses={201: ScheduleSerializer}),
)
class SchedulesView(Week, ListedHours):
    pass


@extend_schema_view(
    put=extend_schema(summary="Change a range of hours", description=KEPT, request=ScheduleSerializer(partial=True)),
    patch=extend_schema(summary="Change a range of hours", description=KEPT, request=ScheduleSerializer(partial=True)),
    delete=extend_schema(summary="Remove a range of hours", responses={204: None}),
)
class OneScheduleView(Week, OneOfHours):
    pass


@extend_schema_view(
    get=extend_schema(
        summary="List an assistant's special days by date", responses=ScheduleExceptionSerializer(many=True)
    ),
    post=extend_schema(
        summary="Give a date hours of its own, or close it",
        description="A date's rows replace the week's ranges that begin on it. One without times closes it.",
        responses={201: ScheduleExceptionSerializer},
    ),
)
class ExceptionsView(SpecialDays, ListedHours):
    pass


@extend_schema_view(
    put=extend_schema(
        summary="Change a special day", description=KEPT, request=ScheduleExceptionSerializer(partial=True)
    ),
    patch=extend_schema(
        summary="Change a special day", description=KEPT, request=ScheduleExceptionSerializer(partial=True)
    ),
    delete=extend_schema(summary="Remove a special day", responses={204: None}),
)
class OneExceptionView(SpecialDays, OneOfHours):
    pass
