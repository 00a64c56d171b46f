"""Asking an assistant without a customer: nothing is sent, and the record says why it answered so."""

import uuid
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import member
from assistants.dialogue import Dialogue, Turn
from assistants.engine import preview_reply
from assistants.models import Assistant
from conversations.actions.runs import record_preview
from conversations.answering.budget import is_within_budget
from conversations.answering.reading import AUTHORS
from flame.lib.database import release_connection

MAX_QUESTION = 4_000
MAX_HISTORY = 40
PASSAGES = 10


class SaidBefore(serializers.Serializer[Any]):
    sender = serializers.ChoiceField(["user", "assistant", "agent"])
    content = serializers.CharField(max_length=MAX_QUESTION)


class Question(serializers.Serializer[Any]):
    question = serializers.CharField(max_length=MAX_QUESTION)
    history = serializers.ListField(
        child=SaidBefore(), max_length=MAX_HISTORY, required=False, default=list, help_text="Oldest first."
    )


class PreviewPassage(serializers.Serializer[Any]):
    source_id = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    score = serializers.FloatField(help_text="How much of the question it explains, 0 to 1.")


class Preview(serializers.Serializer[Any]):
    decision = serializers.ChoiceField(["answer", "choices", "handoff"])
    text = serializers.CharField()
    choices = serializers.ListField(child=serializers.CharField())
    engine = serializers.CharField()
    confidence = serializers.FloatField(allow_null=True)
    passages = PreviewPassage(many=True)
    run_id = serializers.UUIDField()


class PreviewView(APIView):
    @extend_schema(
        summary="Ask an assistant without sending anything",
        description="What it would answer during its hours, whatever its status and mode. The run is on record.",
        request=Question,
        responses=Preview,
        examples=[OpenApiExample("Hours", {"question": "¿A qué hora abren?"}, request_only=True)],
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        assistant = get_object_or_404(Assistant.objects.visible_to(member(request)), pk=pk)
        serializer = Question(data=request.data)
        serializer.is_valid(raise_exception=True)
        asked, now = serializer.validated_data, timezone.now()
        turns = [Turn(AUTHORS[said["sender"]], said["content"], now) for said in asked["history"]]
        dialogue = Dialogue((*turns, Turn("customer", asked["question"], now)))
        may_ask_model = is_within_budget(assistant, now)
        release_connection()  # a model may take half a minute
        reply = preview_reply(assistant, dialogue, may_ask_model=may_ask_model)
        run = record_preview(assistant.user_id, assistant, asked["question"], reply)
        return Response(
            {
                "decision": reply.decision,
                "text": reply.text,
                "choices": list(reply.choices),
                "engine": reply.engine,
                "confidence": reply.confidence,
                "passages": [
                    {name: getattr(passage, name) for name in ("source_id", "title", "text", "score")}
                    for passage in reply.passages[:PASSAGES]
                ],
                "run_id": str(run.id),
            }
        )
