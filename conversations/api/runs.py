"""Why an assistant said what it said, and what people think of it."""

import uuid
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import stream
from accounts.access import actor, member
from conversations.actions.feedback import give_feedback
from conversations.actions.threads import lock_conversation
from conversations.api.serializers import MessageSerializer
from conversations.models import AssistantRun, Conversation, Message
from conversations.payloads import message_payload, run_payload
from flame.lib.errors import Problem
from flame.lib.openapi_shapes import FLAG, TEXT, list_of, some_of


class PassageSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    source_id = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    score = serializers.FloatField(help_text="How much of the question it explains, 0 to 1.")
    cited = serializers.BooleanField(help_text="Whether the text rests on it.")


class ToolCallSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    arguments = serializers.CharField(help_text="The JSON that the model wrote.")
    outcome = serializers.CharField()


@extend_schema_field(
    some_of(
        "Empty where nothing was checked.",
        objections=list_of(TEXT, "To the first text."),
        rewritten=FLAG,
        final=list_of(TEXT, "To the second one, which was then not said."),
    )
)
class GuardField(serializers.DictField):
    pass


class FallbackSerializer(serializers.Serializer[Any]):
    engine = serializers.CharField()
    error = serializers.CharField()


class Feedback(serializers.Serializer[Any]):
    score = serializers.ChoiceField(AssistantRun.Score.choices, allow_null=True, help_text="Null takes it back.")
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class RunSerializer(serializers.ModelSerializer[AssistantRun]):
    """One attempt of an assistant at a reply."""

    assistant_id = serializers.UUIDField(allow_null=True)
    conversation_id = serializers.UUIDField(allow_null=True)
    in_reply_to = serializers.UUIDField(allow_null=True)
    message_id = serializers.UUIDField(allow_null=True)
    cost = serializers.FloatField(help_text="By MODEL_PRICES; 0 for a model that it does not name.")
    decision = serializers.CharField(help_text="`answer`, `choices`, `handoff`, `auto`, `out_of_hours` or `silence`.")
    reason = serializers.CharField(help_text="Why it decided so; of a silence, the gate that was closed.")
    outcome_reason = serializers.CharField(help_text="Why that became of it.")
    tries = serializers.ListField(child=serializers.CharField())
    choices = serializers.ListField(child=serializers.CharField())
    passages = PassageSerializer(many=True)
    tool_calls = ToolCallSerializer(many=True)
    guard = GuardField()
    fallback = FallbackSerializer(many=True)
    feedback = Feedback(allow_null=True)

    class Meta:
        model = AssistantRun
        fields = [
            "id",
            "assistant_id",
            "conversation_id",
            "in_reply_to",
            "message_id",
            "trigger",
            "turn",
            "attempt",
            "question",
            "engine",
            "model",
            "prompt_version",
            "knowledge_version",
            "tokens_in",
            "tokens_out",
            "cost",
            "first_token_ms",
            "total_ms",
            "tries",
            "finish_reason",
            "decision",
            "reason",
            "text",
            "choices",
            "confidence",
            "certainty",
            "passages",
            "tool_calls",
            "guard",
            "fallback",
            "outcome",
            "outcome_reason",
            "error",
            "feedback",
            "created_at",
            "finished_at",
        ]
        read_only_fields = fields


class RunsView(GenericAPIView[AssistantRun]):
    queryset = AssistantRun.objects.all()
    serializer_class = RunSerializer
    filter_backends = []

    @extend_schema(
        summary="List what a conversation's assistants tried, newest first",
        description="Also what was dropped, and each silence with the gate that was closed.",
        responses=RunSerializer(many=True),
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        conversation = get_object_or_404(Conversation.objects.visible_to(member(request)), pk=pk)
        page = self.paginate_queryset(conversation.runs.filter(backtest=None).order_by("-created_at", "id")) or []
        return self.get_paginated_response([run_payload(row) for row in page])


class ExplanationView(APIView):
    @extend_schema(
        summary="Explain an assistant's message",
        description="The run that wrote it, also of a draft that a person sent: sources, scores, tools, cost, guard.",
        responses=RunSerializer,
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        message = get_object_or_404(Message.objects.visible_to(member(request)), pk=pk)
        return Response(run_payload(get_object_or_404(runs_of(message).visible_to(member(request)))))


class FeedbackView(APIView):
    @extend_schema(
        summary="Say whether an assistant's message is good",
        description="Kept with the message (`metadata.feedback`) and with its run; the last word counts.",
        request=Feedback,
        responses=MessageSerializer,
        examples=[OpenApiExample("Bad", {"score": "down", "reason": "El precio es de 2025."}, request_only=True)],
    )
    def put(self, request: Request, pk: uuid.UUID) -> Response:
        serializer = Feedback(data=request.data)
        serializer.is_valid(raise_exception=True)
        known = get_object_or_404(Message.objects.visible_to(member(request)), pk=pk)
        if known.sender != Message.Sender.ASSISTANT or known.internal:
            raise Problem(409, "not_by_assistant", _("Only what an assistant said to a customer can be rated."))
        with stream.gathered():
            conversation = lock_conversation(known.conversation_id)
            message = conversation.messages.get(pk=pk)
            give_feedback(message, runs_of(message), serializer.validated_data, actor(request))
        return Response(message_payload(message))

    patch = put


def runs_of(message: Message) -> Any:
    """The run that wrote it. Of a text in several pieces, the first is the run's; the others name it."""
    named = Q(message=message)
    if message.sender == Message.Sender.ASSISTANT and (run_id := (message.metadata or {}).get("run_id")):
        named |= Q(pk=run_id)
    return AssistantRun.objects.filter(named | Q(draft__message=message))
