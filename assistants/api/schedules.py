"""When an assistant is open, over REST. Its hours are part of it, so a change of them is announced as its own."""

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import stream
from accounts.access import member
from assistants.api.serializers import ScheduleSerializer
from assistants.api.views import announce, locked
from assistants.models import Assistant, Schedule
from assistants.payloads import schedule_payload


class ScheduleView(GenericAPIView[Schedule]):
    queryset = Schedule.objects.all()
    serializer_class = ScheduleSerializer
    filter_backends = []

    def valid(self, *, partial: bool) -> dict[str, Any]:
        serializer = self.get_serializer(data=self.request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class SchedulesView(ScheduleView):
    @extend_schema(summary="List an assistant's hours by day", responses=ScheduleSerializer(many=True))
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        assistant = get_object_or_404(Assistant.objects.visible_to(member(request)), pk=pk)
        page = self.paginate_queryset(assistant.schedules.order_by("day_of_week", "start_time", "id")) or []
        return self.get_paginated_response([schedule_payload(row) for row in page])

    @extend_schema(summary="Add a range of hours", responses={201: ScheduleSerializer})
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        with stream.gathered():
            assistant = locked(request, pk)
            made = assistant.schedules.create(**self.valid(partial=False))
            announce("updated", assistant, request)
        return Response(schedule_payload(made), status.HTTP_201_CREATED)


class OneScheduleView(ScheduleView):
    @extend_schema(
        summary="Change a range of hours",
        description="Absent fields are kept.",
        request=ScheduleSerializer(partial=True),
    )
    def put(self, request: Request, pk: uuid.UUID, schedule_pk: uuid.UUID) -> Response:
        with stream.gathered():
            assistant = locked(request, pk)
            schedule = get_object_or_404(assistant.schedules, pk=schedule_pk)
            changes = self.valid(partial=True)
            for name, value in changes.items():
                setattr(schedule, name, value)
            if changes:
                schedule.save(update_fields=[*changes])
                announce("updated", assistant, request)
        return Response(schedule_payload(schedule))

    patch = put

    @extend_schema(summary="Remove a range of hours", responses={204: None})
    def delete(self, request: Request, pk: uuid.UUID, schedule_pk: uuid.UUID) -> Response:
        with stream.gathered():
            assistant = locked(request, pk)
            get_object_or_404(assistant.schedules, pk=schedule_pk).delete()
            announce("updated", assistant, request)
        return Response(status=status.HTTP_204_NO_CONTENT)
