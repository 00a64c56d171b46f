"""What an account's platform takes, so that a client need not guess, nor copy our table."""

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from integrations.api.connections import found
from integrations.models import PlatformName
from integrations.payloads import capabilities_payload


class TextLimit(serializers.Serializer[Any]):
    max = serializers.IntegerField(help_text="A longer text goes out in several messages, in order.")
    unit = serializers.ChoiceField(["characters", "utf16", "bytes"])


class MediaLimit(serializers.Serializer[Any]):
    type = serializers.ChoiceField(["image", "file", "audio", "video"])
    mimes = serializers.ListField(child=serializers.CharField(), help_text="None: any.")
    max_bytes = serializers.IntegerField()
    max_caption = serializers.IntegerField(help_text="0: it goes without a text.")


class ChoiceLimit(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["buttons", "list", "quick_replies", "inline_keyboard"])
    max = serializers.IntegerField()
    max_title = serializers.IntegerField(help_text="In characters.")
    max_id = serializers.IntegerField(help_text="In bytes.")
    max_text = serializers.IntegerField(help_text="Of the text that they hang under.")


class CapabilitiesSerializer(serializers.Serializer[Any]):
    platform = serializers.ChoiceField(PlatformName.choices)
    text = TextLimit()
    media = MediaLimit(many=True)
    choices = ChoiceLimit(
        many=True, help_text="Best first. Choices that fit none of these go out as a numbered text, and are understood."
    )
    replies = serializers.BooleanField(help_text="A message can answer another one.")
    templates = serializers.BooleanField(help_text="Approved templates, which also go outside the window.")
    html = serializers.BooleanField(help_text="`metadata.format: html`: <b>, <i>, <a href>… are rendered.")
    window_hours = serializers.IntegerField(
        allow_null=True, help_text="How long after the customer's last message free text goes; null: always."
    )
    human_agent_hours = serializers.IntegerField(
        allow_null=True, help_text="The same for what a person writes; null: no longer than others."
    )
    receipts = serializers.BooleanField(help_text="The platform says what was delivered and read.")
    echoes_ref = serializers.BooleanField(help_text="A send without an answer is settled by its receipt.")
    typing = serializers.BooleanField()
    mark_read = serializers.BooleanField()


class CapabilitiesView(APIView):
    @extend_schema(
        summary="What can be sent through an integration",
        description="Messages are checked against this before they are queued.",
        responses=CapabilitiesSerializer,
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        return Response(capabilities_payload(found(request, pk)))
