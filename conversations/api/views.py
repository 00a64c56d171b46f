"""Conversations over REST. Every write locks the thread, acts, and announces in one transaction."""

import uuid
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import stream
from accounts.access import actor, member
from accounts.api.snapshots import with_event_seq
from accounts.stream import Draft
from conversations.actions import threads
from conversations.api import serializers
from conversations.api.filters import ConversationFilter
from conversations.models import Conversation
from conversations.payloads import conversation_payload
from conversations.tasks import prune_files, show_read
from flame.lib import log_context
from flame.lib.doorbell import ring_on_commit
from flame.lib.errors import Problem
from flame.lib.etags import conditional


class ConversationViewSet(GenericViewSet[Conversation]):
    queryset = Conversation.objects.all()
    serializer_class = serializers.ConversationSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = ConversationFilter
    lookup_value_converter = "uuid"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        log_context.note(conversation=kwargs.get("pk"))
        super().initial(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        return Conversation.objects.visible_to(member(self.request)).order_by("-last_message_time", "-id")

    def locked(self, pk: uuid.UUID) -> Conversation:
        conversation: Conversation = get_object_or_404(self.get_queryset().select_for_update(), pk=pk)
        return conversation

    def valid(self, serializer_class: type[Any]) -> dict[str, Any]:
        serializer = serializer_class(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    @extend_schema(summary="List conversations, newest message first")
    @with_event_seq
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response([conversation_payload(row) for row in page])

    @extend_schema(
        summary="Open a conversation",
        request=serializers.ConversationCreate,
        responses={201: serializers.ConversationSerializer},
    )
    def create(self, request: Request) -> Response:
        fields = self.valid(serializers.ConversationCreate)
        try:
            with stream.gathered():
                made = threads.start_conversation(member(request).account_id, fields, actor(request))
        except IntegrityError as error:
            raise Problem(409, "conversation_exists", _("This contact already has a conversation.")) from error
        return Response(conversation_payload(made), status.HTTP_201_CREATED)

    @extend_schema(summary="Read a conversation")
    @conditional
    def retrieve(self, request: Request, pk: uuid.UUID) -> Response:
        return Response(conversation_payload(get_object_or_404(self.get_queryset(), pk=pk)))

    @extend_schema(summary="Change a conversation", request=serializers.ConversationChange)
    def update(self, request: Request, pk: uuid.UUID) -> Response:
        with stream.gathered():
            conversation = self.locked(pk)
            changes = self.valid(serializers.ConversationChange)
            new_status = changes.pop("status", conversation.status)
            if changes:
                threads.update_conversation(conversation, changes, actor(request))
            threads.change_status(conversation, new_status, actor(request))
        return Response(conversation_payload(conversation))

    partial_update = update

    @extend_schema(summary="Delete a conversation and its messages", responses={204: None})
    def destroy(self, request: Request, pk: uuid.UUID) -> Response:
        with stream.gathered():
            conversation = self.locked(pk)
            gone = Draft("conversation.deleted", {"id": str(pk)}, conversation.id, actor(request))
            conversation.delete()
            stream.publish(member(request).account_id, gone)
            ring_on_commit(prune_files)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(summary="Change the status", request=serializers.StatusChange)
    @action(detail=True, methods=["put", "patch"], url_path="status", url_name="status")
    def set_status(self, request: Request, pk: uuid.UUID) -> Response:
        wanted = self.valid(serializers.StatusChange)["status"]
        with stream.gathered():
            conversation = self.locked(pk)
            threads.change_status(conversation, wanted, actor(request))
        return Response(conversation_payload(conversation))

    @extend_schema(summary="Mark as read", request=None)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: uuid.UUID) -> Response:
        with stream.gathered():
            conversation = self.locked(pk)
            if conversation.unread_count:
                ring_on_commit(show_read, str(pk))
            threads.mark_read(conversation, actor(request))
        return Response(conversation_payload(conversation))

    @extend_schema(summary="Assign to a person of the team", request=serializers.Assignment)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: uuid.UUID) -> Response:
        agent = self.valid(serializers.Assignment)["agent_id"]
        with stream.gathered():
            conversation = self.locked(pk)
            threads.assign_agent(conversation, agent, actor(request))
        return Response(conversation_payload(conversation))

    @extend_schema(summary="Hand over to a person", request=serializers.Handoff)
    @action(detail=True, methods=["post"])
    def handoff(self, request: Request, pk: uuid.UUID) -> Response:
        reason = self.valid(serializers.Handoff)["reason"]
        with stream.gathered():
            conversation = self.locked(pk)
            threads.hand_off(conversation, actor(request), reason)
        return Response(conversation_payload(conversation))

    @extend_schema(summary="Give back to the assistant", request=None)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: uuid.UUID) -> Response:
        with stream.gathered():
            conversation = self.locked(pk)
            threads.resume_assistant(conversation, actor(request))
        return Response(conversation_payload(conversation))
