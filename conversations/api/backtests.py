"""Replaying what customers asked against a changed prompt, model or knowledge."""

import uuid
from typing import Any, ClassVar

from django.db.models import Count
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import member
from assistants.api.serializers import MAX_PROMPT
from assistants.models import Assistant, KnowledgeVersion
from conversations.api.runs import RunSerializer
from conversations.backtesting.life import NothingAsked, begin_backtest
from conversations.backtesting.report import answer_payload, answers_of
from conversations.models import AssistantRun, Backtest
from conversations.payloads import backtest_payload
from conversations.tasks import backtest
from flame.lib.doorbell import ring_on_commit
from flame.lib.errors import Problem
from flame.lib.openapi import refused

MAX_CONVERSATIONS = 200
NOTHING_ASKED = "No customer has asked this assistant anything yet."


class BacktestOrder(serializers.Serializer[Any]):
    conversations = serializers.IntegerField(
        min_value=1,
        max_value=MAX_CONVERSATIONS,
        default=50,
        help_text="The last so many, three bursts of each.",
    )
    ai_prompt = serializers.CharField(
        max_length=MAX_PROMPT, required=False, allow_blank=True, allow_null=True, help_text="Left out: as it is."
    )
    model = serializers.CharField(max_length=255, required=False, default="", allow_blank=True)
    version_id = serializers.UUIDField(
        required=False,
        allow_null=True,
        default=None,
        help_text="A version of the assistant's knowledge, as one that waits for review. Left out: the published one.",
    )


class BacktestReport(serializers.Serializer[Any]):
    answers = serializers.IntegerField()
    differ = serializers.IntegerField(help_text="From what was said then.")
    handoffs = serializers.IntegerField()
    handoffs_before = serializers.IntegerField(help_text="Handed over, or answered by a person, then.")
    silences = serializers.IntegerField()
    guard_objections = serializers.IntegerField()
    guard_blocked = serializers.IntegerField()
    fallbacks = serializers.IntegerField(help_text="Answered by the embedded engine, since the model did not.")
    failed = serializers.IntegerField()
    cost = serializers.FloatField()
    tokens_in = serializers.IntegerField()
    tokens_out = serializers.IntegerField()
    mean_ms = serializers.IntegerField(allow_null=True)


class BacktestSerializer(serializers.ModelSerializer[Backtest]):
    assistant_id = serializers.UUIDField()
    version_id = serializers.UUIDField(allow_null=True)
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    report = BacktestReport(allow_null=True)

    class Meta:
        model = Backtest
        fields: ClassVar[list[str]] = [
            "id",
            "assistant_id",
            "status",
            "ai_prompt",
            "model",
            "version_id",
            "done",
            "total",
            "report",
            "error",
            "created_at",
            "finished_at",
        ]


class SaidThen(serializers.Serializer[Any]):
    text = serializers.CharField(allow_blank=True)
    by = serializers.ChoiceField(["assistant", "agent", "nobody"])
    kind = serializers.CharField(allow_blank=True, help_text="Of an assistant's message, its decision.")


class BacktestAnswer(RunSerializer):
    said = SaidThen()
    differs = serializers.BooleanField()

    class Meta(RunSerializer.Meta):
        fields = [*RunSerializer.Meta.fields, "said", "differs"]


class BeginBacktestView(APIView):
    @extend_schema(
        summary="Ask a changed assistant what customers asked it before",
        description=(
            "Answers at once; the work goes on in a worker. Nothing is sent; the cost counts against the day's budget."
            " While one runs, the same one is answered."
        ),
        request=BacktestOrder,
        responses={202: BacktestSerializer, 409: refused(NOTHING_ASKED)},
        examples=[OpenApiExample("Prompt", {"conversations": 20, "ai_prompt": "Hablas de usted."}, request_only=True)],
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        assistant = get_object_or_404(Assistant.objects.visible_to(member(request)), pk=pk)
        order = BacktestOrder(data=request.data)
        order.is_valid(raise_exception=True)
        wanted = order.validated_data
        version = version_of(assistant, wanted.pop("version_id"))
        try:
            begun = begin_backtest(assistant, wanted.pop("conversations"), version=version, **wanted)
        except NothingAsked:
            raise Problem(409, "nothing_asked", _("No customer has asked this assistant anything yet.")) from None
        ring_on_commit(backtest, str(begun.pk))
        return Response(backtest_payload(begun, begun.runs.count()), status.HTTP_202_ACCEPTED)


def version_of(assistant: Assistant, version_id: uuid.UUID | None) -> KnowledgeVersion | None:
    if version_id is None:
        return None
    version = assistant.versions.defer("blob").filter(pk=version_id).first()
    if version is None:
        sentence = _("The assistant has no such version of its knowledge.")
        raise serializers.ValidationError({"version_id": sentence}, "does_not_exist")
    return version


class BacktestView(GenericAPIView[Any]):
    queryset: Any = Backtest.objects.all()
    serializer_class: type[serializers.Serializer[Any]] = BacktestSerializer
    filter_backends = []

    def backtests(self, pk: uuid.UUID) -> Any:
        assistant = get_object_or_404(Assistant.objects.visible_to(member(self.request)), pk=pk)
        return assistant.backtests.annotate(done=Count("runs")).order_by("-created_at", "id")


class BacktestsView(BacktestView):
    @extend_schema(summary="List an assistant's backtests, newest first", responses=BacktestSerializer(many=True))
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        page = self.paginate_queryset(self.backtests(pk)) or []
        return self.get_paginated_response([backtest_payload(row, row.done) for row in page])


class OneBacktestView(BacktestView):
    @extend_schema(summary="How far a backtest is, and what it came to")
    def get(self, request: Request, pk: uuid.UUID, backtest_pk: uuid.UUID) -> Response:
        row = get_object_or_404(self.backtests(pk), pk=backtest_pk)
        return Response(backtest_payload(row, row.done))


class BacktestAnswersView(BacktestView):
    queryset = AssistantRun.objects.all()
    serializer_class = BacktestAnswer

    @extend_schema(
        summary="List a backtest's answers beside what was said then, oldest question first",
        responses=BacktestAnswer(many=True),
    )
    def get(self, request: Request, pk: uuid.UUID, backtest_pk: uuid.UUID) -> Response:
        page = self.paginate_queryset(answers_of(get_object_or_404(self.backtests(pk), pk=backtest_pk))) or []
        return self.get_paginated_response([answer_payload(row) for row in page])
