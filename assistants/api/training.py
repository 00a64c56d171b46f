"""Training over REST: begun, watched, and published by a person where it asked for one."""

import uuid
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import stream
from accounts.access import actor, member
from assistants.api.report_shape import REPORT
from assistants.api.views import locked
from assistants.models import Assistant, TrainingRun
from assistants.payloads import training_payload
from assistants.tasks import train
from assistants.training.runs import begin_training, publish_reviewed
from flame.lib.doorbell import ring_on_commit
from flame.lib.errors import Problem
from flame.lib.openapi import refused


class TrainingBegunSerializer(serializers.Serializer[Any]):
    run_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=[Assistant.Status.TRAINING.value])


@extend_schema_field(REPORT)
class ReportField(serializers.DictField):
    pass


class TrainingSerializer(serializers.ModelSerializer[TrainingRun]):
    run_id = serializers.UUIDField()
    assistant_id = serializers.UUIDField()
    version_id = serializers.UUIDField(allow_null=True)
    done = serializers.IntegerField(min_value=0)
    total = serializers.IntegerField(min_value=0)
    report = ReportField(allow_null=True)
    error = serializers.CharField(allow_null=True, help_text="A sentence for people, by Accept-Language.")
    error_code = serializers.CharField(allow_null=True, help_text="For programs; never changes.")

    class Meta:
        model = TrainingRun
        fields: ClassVar[list[str]] = [
            "run_id",
            "assistant_id",
            "status",
            "stage",
            "done",
            "total",
            "report",
            "error",
            "error_code",
            "version_id",
            "created_at",
            "finished_at",
        ]


class TrainView(APIView):
    @extend_schema(
        summary="Learn from the sources",
        description=(
            "Answers at once; the work goes on in a worker and is told by `assistant.training` and `assistant.trained`."
            " While one runs, the same run is answered. What was published goes on answering until the swap."
        ),
        request=None,
        responses={202: TrainingBegunSerializer},
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        with stream.gathered():
            run = begin_training(locked(request, pk), actor(request))
            ring_on_commit(train, str(run.pk))
        return Response({"run_id": str(run.pk), "status": Assistant.Status.TRAINING}, status.HTTP_202_ACCEPTED)


class TrainingView(GenericAPIView[TrainingRun]):
    queryset = TrainingRun.objects.all()
    serializer_class = TrainingSerializer
    filter_backends = []

    def runs(self, pk: uuid.UUID) -> Any:
        assistant = get_object_or_404(Assistant.objects.visible_to(member(self.request)), pk=pk)
        return assistant.training_runs.order_by("-created_at", "id")


class TrainingsView(TrainingView):
    @extend_schema(summary="List trainings, newest first", responses=TrainingSerializer(many=True))
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        page = self.paginate_queryset(self.runs(pk)) or []
        return self.get_paginated_response([training_payload(row) for row in page])


class OneTrainingView(TrainingView):
    @extend_schema(summary="How far a training is, and how it ended")
    def get(self, request: Request, pk: uuid.UUID, run_pk: uuid.UUID) -> Response:
        return Response(training_payload(get_object_or_404(self.runs(pk), pk=run_pk)))


class PublicationView(TrainingView):
    @extend_schema(
        summary="Publish what a training left for review",
        request=None,
        responses={200: TrainingSerializer, 409: refused("This training does not wait for a review.")},
    )
    def post(self, request: Request, pk: uuid.UUID, run_pk: uuid.UUID) -> Response:
        with stream.gathered():
            locked(request, pk)
            run = get_object_or_404(self.runs(pk).select_related("assistant"), pk=run_pk)
            if not publish_reviewed(run, actor(request)):
                raise Problem(409, "not_in_review", _("This training does not wait for a review."))
        return Response(training_payload(run))
