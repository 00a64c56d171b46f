"""Drafts over REST: what an assistant wrote and left for a person to send, change or discard."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import stream
from accounts.access import actor, member
from conversations.actions import drafts
from conversations.actions.sending_drafts import send_draft
from conversations.actions.threads import lock_conversation
from conversations.api.messages import key_of
from conversations.api.new_message import MAX_CONTENT, MetadataField, sendable
from conversations.api.serializers import MessageSerializer
from conversations.models import Conversation, ReplyDraft
from conversations.payloads import draft_payload, message_payload
from conversations.tasks import deliver
from flame.lib.doorbell import ring_on_commit
from flame.lib.errors import Problem


class DraftSerializer(serializers.ModelSerializer[ReplyDraft]):
    """A draft as REST and the socket show it."""

    conversation_id = serializers.UUIDField()
    assistant_id = serializers.UUIDField(allow_null=True)
    in_reply_to = serializers.UUIDField(allow_null=True)
    message_id = serializers.UUIDField(allow_null=True, help_text="The message that it was sent as.")
    reason = serializers.CharField(help_text="`reply_mode`, `not_sure`, `guard` or `window_closed`.")
    written = serializers.CharField(help_text="As the assistant wrote it.")
    choices = serializers.ListField(child=serializers.CharField())
    settled_by = serializers.UUIDField(allow_null=True)

    class Meta:
        model = ReplyDraft
        fields = [
            "id",
            "conversation_id",
            "assistant_id",
            "in_reply_to",
            "message_id",
            "status",
            "reason",
            "written",
            "content",
            "choices",
            "settled_by",
            "settled_at",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields


class DraftChange(serializers.Serializer[Any]):
    content = serializers.CharField(max_length=MAX_CONTENT)


class DraftSending(serializers.Serializer[Any]):
    content = serializers.CharField(max_length=MAX_CONTENT, required=False, help_text="Left out: as the draft stands.")
    metadata = MetadataField(required=False, help_text="As of a new message, `wait_for_customer` for example.")


class DraftsView(GenericAPIView[ReplyDraft]):
    queryset = ReplyDraft.objects.all()
    serializer_class = DraftSerializer
    filter_backends = []

    @extend_schema(
        summary="List a conversation's drafts, newest first; at most one is pending",
        responses=DraftSerializer(many=True),
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        conversation = get_object_or_404(Conversation.objects.visible_to(member(request)), pk=pk)
        page = self.paginate_queryset(conversation.drafts.order_by("-created_at", "id")) or []
        return self.get_paginated_response([draft_payload(row) for row in page])


class DraftView(APIView):
    @extend_schema(summary="Change a draft's text", request=DraftChange, responses=DraftSerializer)
    def put(self, request: Request, pk: uuid.UUID) -> Response:
        content = valid(DraftChange, request)["content"]
        with pending(request, pk) as draft:
            drafts.edit_draft(draft, content, actor(request))
        return Response(draft_payload(draft))

    patch = put

    @extend_schema(summary="Discard a draft", responses={204: None})
    def delete(self, request: Request, pk: uuid.UUID) -> Response:
        with pending(request, pk) as draft:
            drafts.discard_pending(draft.conversation, actor(request), member(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class SendDraftView(APIView):
    @extend_schema(
        summary="Send a draft as one's own message",
        request=DraftSending,
        responses={201: MessageSerializer},
        examples=[OpenApiExample("Changed", {"content": "Abrimos mañana a las 10."}, request_only=True)],
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        wanted = valid(DraftSending, request)
        with pending(request, pk) as draft:
            draft.content = wanted.get("content", draft.content)
            metadata = sendable(draft.conversation, {"type": "text", "internal": False, **wanted})["metadata"]
            message = send_draft(draft, member(request), key_of(request), metadata)
            ring_on_commit(deliver, str(draft.conversation_id))
        return Response(message_payload(message), status.HTTP_201_CREATED)


def valid(serializer_class: type[Any], request: Request) -> dict[str, Any]:
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


@contextmanager
def pending(request: Request, pk: uuid.UUID) -> Iterator[ReplyDraft]:
    """The account's pending draft, its thread locked. Raises 404 for a stranger's, a Problem for a settled one."""
    known = get_object_or_404(ReplyDraft.objects.visible_to(member(request)), pk=pk)
    with stream.gathered():
        conversation = lock_conversation(known.conversation_id)
        draft = conversation.drafts.pending().filter(pk=pk).first()
        if draft is None:
            raise Problem(409, "draft_settled", _("This draft has been sent or discarded already."))
        draft.conversation = conversation
        yield draft
