"""Messages over REST: a cursor down the thread, and the way out, which answers before the platform does."""

import hashlib
import uuid
from typing import Any

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers as drf
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import stream
from accounts.access import member
from accounts.api.snapshots import with_event_seq
from conversations.actions.attachments import FileTaken
from conversations.actions.messages import Outgoing, queue_reply
from conversations.actions.outbox import retry_by_hand
from conversations.api import serializers
from conversations.api.new_message import NewMessage, refuse_closed, sendable
from conversations.api.refusals import refusal
from conversations.models import Conversation, Message
from conversations.payloads import message_payload
from conversations.tasks import deliver
from flame.lib import log_context
from flame.lib.doorbell import ring_on_commit
from flame.lib.errors import Problem
from flame.lib.openapi import refused
from flame.lib.pagination import CAPPED, PAGE_SIZE, PagePagination

CURSOR = [
    OpenApiParameter("before", OpenApiTypes.UUID, description="Only messages before this one"),
    OpenApiParameter("after", OpenApiTypes.UUID, description="Only messages after this one"),
    OpenApiParameter("page_size", PAGE_SIZE, description=CAPPED),
]
Page = inline_serializer(
    "MessagePage",
    {
        "next": drf.CharField(allow_null=True, help_text="Newer messages"),
        "previous": drf.CharField(allow_null=True, help_text="Older messages"),
        "results": serializers.MessageSerializer(many=True),
    },
)


UNSENDABLE = refused(
    "`window_closed`: the customer wrote too long ago, and `details` name what would work (`template`,"
    " `wait_for_customer`, `human_agent`). `templates_unsupported`, `replies_unsupported`,"
    " `format_unsupported`: not on this platform."
    " `unknown_message`: `reply_to` names none of this conversation. `validation_error`: see `details`."
)


class MessagesView(APIView):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        log_context.note(conversation=kwargs["pk"])
        super().initial(request, *args, **kwargs)

    @extend_schema(
        operation_id="conversations_messages_list",
        summary="Read messages, oldest first; without a cursor, the newest",
        parameters=CURSOR,
        responses=Page,
    )
    @with_event_seq
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        conversation = get_object_or_404(Conversation.objects.visible_to(member(request)), pk=pk)
        return Response(page_of(request, conversation.messages.prefetch_related("attachments")))

    @extend_schema(
        summary="Send a message (queued, never waited for) or keep a private note",
        description="Checked against the platform's capabilities first: what cannot go says why, and is not stored.",
        request=NewMessage,
        responses={201: serializers.MessageSerializer, 400: UNSENDABLE},
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        serializer = NewMessage(data=request.data)
        serializer.is_valid(raise_exception=True)
        wanted = {"client_id": key_of(request), **serializer.validated_data}
        try:
            message = self.queue(pk, wanted)
        except IntegrityError:
            # The same client_id again: the constraint let one through, and that one is the answer.
            message = get_object_or_404(
                Message.objects.visible_to(member(request)), conversation_id=pk, client_id=wanted["client_id"] or ""
            )
        return Response(message_payload(message), status.HTTP_201_CREATED)

    def queue(self, pk: uuid.UUID, wanted: dict[str, Any]) -> Message:
        with stream.gathered():
            threads = Conversation.objects.visible_to(member(self.request)).select_for_update()
            conversation = get_object_or_404(threads, pk=pk)
            outgoing = Outgoing(agent=member(self.request), **sendable(conversation, wanted))
            try:
                message = queue_reply(conversation, outgoing)[0]
            except FileTaken:
                sentence = _("This file was sent before, or waited too long; upload it again.")
                raise refusal("file_taken", sentence, "metadata.attachments") from None
            ring_on_commit(deliver, str(conversation.id))
        return message


def key_of(request: Request) -> str | None:
    """A request that was killed half-way frees its Idempotency-Key; as client_id, the key still makes one message."""
    key = request.headers.get("Idempotency-Key", "")
    return f"{member(request).id}:{hashlib.sha256(key.encode()).hexdigest()}" if key else None


class RetryView(APIView):
    @extend_schema(
        summary="Send a failed or unconfirmed message again",
        request=None,
        responses={200: serializers.MessageSerializer, 400: UNSENDABLE},
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        visible = Message.objects.visible_to(member(request)).select_related("conversation__integration")
        message = get_object_or_404(visible, pk=pk)
        refuse_closed(message.conversation, message.metadata or {})
        if not retry_by_hand(message):
            raise Problem(409, "not_retryable", _("Only a failed or unconfirmed message can be sent again."))
        ring_on_commit(deliver, str(message.conversation_id))
        return Response(message_payload(message))


def page_of(request: Request, messages: QuerySet[Message]) -> dict[str, Any]:
    """One page between two cursors, newest last."""
    size = PagePagination().get_page_size(request)
    before, after = (anchor(request, messages, name) for name in ("before", "after"))
    if before is not None:
        messages = messages.filter(sequence__lt=before.sequence)
    if after is not None:
        rows = list(messages.filter(sequence__gt=after.sequence).order_by("sequence")[: size + 1])
        more_newer, more_older, rows = len(rows) > size, True, rows[:size]
    else:
        rows = list(messages.order_by("-sequence")[: size + 1])
        more_newer, more_older, rows = before is not None, len(rows) > size, rows[:size][::-1]
    return {
        "next": link(request, "after", rows[-1]) if rows and more_newer else None,
        "previous": link(request, "before", rows[0]) if rows and more_older else None,
        "results": [message_payload(row) for row in rows],
    }


def anchor(request: Request, messages: QuerySet[Message], name: str) -> Message | None:
    """The message a cursor names, in this thread only. Raises a 400 for what is no such message."""
    text = request.query_params.get(name)
    if not text:
        return None
    try:
        return messages.get(pk=uuid.UUID(text))
    except (ValueError, Message.DoesNotExist):
        raise drf.ValidationError({name: _("There is no such message in this conversation.")}) from None


def link(request: Request, name: str, message: Message) -> str:
    query = request.query_params.copy()
    query.pop("before", None)
    query.pop("after", None)
    query[name] = str(message.id)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
