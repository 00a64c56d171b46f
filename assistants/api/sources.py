"""What an assistant learns from, over REST. A change of it changes answers with the next training, not before."""

import uuid

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import member
from assistants.api.source_serializers import OneSourceSerializer, SourceSerializer
from assistants.models import Assistant, KnowledgeSource
from assistants.payloads import source_payload
from flame.lib.json_parser import CleanJSONParser
from flame.lib.openapi import refused

EXAMPLES = [
    OpenApiExample(
        "Questions and answers",
        {
            "kind": "faq",
            "title": "Envíos",
            "items": [{"question": "¿Hacen envíos?", "answer": "Sí, a todo México.", "phrasings": ["¿Mandan a casa?"]}],
        },
        request_only=True,
    ),
    OpenApiExample("Text", {"kind": "text", "title": "El taller", "content": "Abrimos a las 9."}, request_only=True),
    OpenApiExample("A page", {"kind": "url", "url": "https://example.com/ayuda"}, request_only=True),
]


class SourceView(GenericAPIView[KnowledgeSource]):
    queryset = KnowledgeSource.objects.all()
    serializer_class = SourceSerializer
    filter_backends = []

    def assistant(self, pk: uuid.UUID) -> Assistant:
        found: Assistant = get_object_or_404(Assistant.objects.visible_to(member(self.request)), pk=pk)
        return found


class SourcesView(SourceView):
    parser_classes = [CleanJSONParser, MultiPartParser]

    @extend_schema(summary="List what an assistant learns from", responses=SourceSerializer(many=True))
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        sources = self.assistant(pk).sources.order_by("created_at", "id").defer("content", "items")
        page = self.paginate_queryset(sources) or []
        return self.get_paginated_response([source_payload(row) for row in page])

    @extend_schema(
        summary="Add a source",
        description=(
            "Text, questions and answers, the address of a page, or a file (multipart): txt, md, html, pdf, docx, or"
            " questions and answers as csv or json. A file is read at once: one that cannot be is kept as `failed`, and"
            " `error` says why. A page is read by the next training. Answers change with the next training."
        ),
        examples=EXAMPLES,
        responses={201: SourceSerializer, 413: refused("Over 5 MB."), 415: refused("Neither JSON nor multipart.")},
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        assistant = self.assistant(pk)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        made = assistant.sources.create(**serializer.validated_data)
        return Response(source_payload(made), status.HTTP_201_CREATED)


class OneSourceView(SourceView):
    serializer_class = OneSourceSerializer

    @extend_schema(summary="Read a source with what it says")
    def get(self, request: Request, pk: uuid.UUID, source_pk: uuid.UUID) -> Response:
        source = get_object_or_404(self.assistant(pk).sources, pk=source_pk)
        return Response({**source_payload(source), "content": source.content, "items": source.items})

    @extend_schema(
        summary="Remove a source",
        description="What was published from it goes on answering until the next training.",
        responses={204: None},
    )
    def delete(self, request: Request, pk: uuid.UUID, source_pk: uuid.UUID) -> Response:
        get_object_or_404(self.assistant(pk).sources, pk=source_pk).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)
