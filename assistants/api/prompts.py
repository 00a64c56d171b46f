"""The prompt's versions over REST: what it once was, and back to it."""

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import stream
from accounts.access import actor, member
from assistants.announce import announce
from assistants.api.serializers import AssistantSerializer, PromptVersionSerializer
from assistants.api.views import locked
from assistants.models import Assistant, PromptVersion
from assistants.payloads import assistant_payload, prompt_version_payload
from assistants.prompts import restore, version_of


class PromptVersionsView(GenericAPIView[PromptVersion]):
    queryset = PromptVersion.objects.all()
    serializer_class = PromptVersionSerializer
    filter_backends = []

    @extend_schema(
        summary="List the versions of an assistant's prompt, newest first",
        responses=PromptVersionSerializer(many=True),
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        assistant = get_object_or_404(Assistant.objects.visible_to(member(request)), pk=pk)
        version_of(assistant)  # also a prompt that was changed past this API has its version
        page = self.paginate_queryset(assistant.prompt_versions.all()) or []
        return self.get_paginated_response([prompt_version_payload(row) for row in page])


class RestorePromptView(APIView):
    @extend_schema(
        summary="Make an older version the prompt again",
        description="It becomes a new version with the old text, so nothing of the history is lost.",
        request=None,
        responses=AssistantSerializer,
    )
    def post(self, request: Request, pk: uuid.UUID, prompt_pk: uuid.UUID) -> Response:
        with stream.gathered():
            assistant = locked(request, pk)
            version_of(assistant)
            version = get_object_or_404(assistant.prompt_versions, pk=prompt_pk)
            version.assistant = assistant
            restore(version, member(request))
            announce("updated", assistant, actor(request))
        return Response(assistant_payload(assistant))
