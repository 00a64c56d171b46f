"""Questions from conversations that wait for a person's word, over REST."""

import uuid
from typing import Any, ClassVar

import django_filters as filters
from django.db import transaction
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import member
from assistants.api.serializers import MAX_REPLY
from assistants.api.source_serializers import MAX_QUESTION
from assistants.api.views import locked
from assistants.candidates import approve, reject
from assistants.models import Assistant, FAQCandidate
from assistants.payloads import candidate_payload
from flame.lib.errors import Problem
from flame.lib.filters import AnyOf
from flame.lib.openapi import refused

DECIDED = {409: refused("It was approved or rejected before.")}


class CandidateSerializer(serializers.ModelSerializer[FAQCandidate]):
    assistant_id = serializers.UUIDField(read_only=True)

    class Meta:
        model = FAQCandidate
        fields: ClassVar[list[str]] = [
            "id",
            "assistant_id",
            "question",
            "answer",
            "status",
            "asked",
            "asked_at",
            "created_at",
        ]
        read_only_fields = fields


class ApprovalSerializer(serializers.Serializer[Any]):
    question = serializers.CharField(max_length=MAX_QUESTION, required=False, help_text="Left out: as it was asked.")
    answer = serializers.CharField(max_length=MAX_REPLY, required=False, help_text="Left out: as it was answered.")


class CandidateFilter(filters.FilterSet):
    status = AnyOf(choices=FAQCandidate.Status.choices)

    class Meta:
        model = FAQCandidate
        fields: ClassVar[list[str]] = []


class CandidateView(GenericAPIView[FAQCandidate]):
    queryset = FAQCandidate.objects.all()
    serializer_class = CandidateSerializer
    filter_backends = []

    def of(self, assistant: Assistant, pk: uuid.UUID) -> FAQCandidate:
        found: FAQCandidate = get_object_or_404(assistant.faq_candidates.select_related("assistant"), pk=pk)
        return found


class CandidatesView(CandidateView):
    filter_backends = [DjangoFilterBackend]
    filterset_class = CandidateFilter

    @extend_schema(
        summary="List questions from conversations, most asked first",
        description="Redacted of phones, e-mails and names. They answer nobody until they are approved and trained.",
        responses=CandidateSerializer(many=True),
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        assistant = get_object_or_404(Assistant.objects.visible_to(member(request)), pk=pk)
        rows = assistant.faq_candidates.order_by("-asked", "-asked_at", "id")
        page = self.paginate_queryset(self.filter_queryset(rows)) or []
        return self.get_paginated_response([candidate_payload(row) for row in page])


class ApprovalView(CandidateView):
    @extend_schema(
        summary="Approve a question, as it is or in better words",
        request=ApprovalSerializer,
        responses={200: CandidateSerializer, **DECIDED},
    )
    def post(self, request: Request, pk: uuid.UUID, candidate_pk: uuid.UUID) -> Response:
        given = ApprovalSerializer(data=request.data)
        with transaction.atomic():
            candidate = self.of(locked(request, pk), candidate_pk)
            given.is_valid(raise_exception=True)
            words = {"question": candidate.question, "answer": candidate.answer, **given.validated_data}
            if not words["answer"]:
                raise serializers.ValidationError({"answer": [_("A question needs an answer.")]}, "required")
            if not approve(candidate, words["question"], words["answer"]):
                raise Problem(409, "already_decided", _("It was approved or rejected before."))
        return Response(candidate_payload(candidate))


class RejectionView(CandidateView):
    @extend_schema(summary="Reject a question", request=None, responses={200: CandidateSerializer, **DECIDED})
    def post(self, request: Request, pk: uuid.UUID, candidate_pk: uuid.UUID) -> Response:
        with transaction.atomic():
            candidate = self.of(locked(request, pk), candidate_pk)
            if not reject(candidate):
                raise Problem(409, "already_decided", _("It was approved or rejected before."))
        return Response(candidate_payload(candidate))
