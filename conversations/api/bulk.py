"""One change to many threads at once: all of it, or nothing."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import stream
from accounts.access import actor, member
from accounts.stream import Actor
from conversations.actions import threads
from conversations.api.serializers import MAX_TAG, MAX_TAGS, Assignment, ConversationChange, StatusChange
from conversations.models import Conversation
from flame.lib.errors import Problem

MAX_IDS = 200


class Tag(serializers.Serializer[Any]):
    tag = serializers.CharField(max_length=MAX_TAG)


class Nothing(serializers.Serializer[Any]):
    """Takes no value."""


class Change(NamedTuple):
    """One kind of change to a locked thread: whose field its value is, when it is made already, how it is made."""

    serializer: type[serializers.Serializer[Any]]
    field: str
    is_made: Callable[[Conversation, Any], bool]
    make: Callable[[Conversation, Any, Actor], None]


def set_field(name: str) -> Callable[[Conversation, Any, Actor], None]:
    return lambda conversation, value, by: threads.update_conversation(conversation, {name: value}, by)


def is_assigned(conversation: Conversation, agent: Any) -> bool:
    """Also silent: who is assigned a thread speaks instead of the assistant."""
    silent = agent is None or conversation.ai_state == Conversation.AIState.HUMAN
    return conversation.assigned_agent_id == (agent.id if agent else None) and silent


def add_tag(conversation: Conversation, tag: str, by: Actor) -> None:
    if len(conversation.tags) >= MAX_TAGS:
        message = _("“%(name)s” has %(max)d tags already; nothing was changed.")
        raise Problem(409, "too_many_tags", message % {"name": conversation.contact_name, "max": MAX_TAGS})
    threads.update_conversation(conversation, {"tags": [*conversation.tags, tag]}, by)


def remove_tag(conversation: Conversation, tag: str, by: Actor) -> None:
    threads.update_conversation(conversation, {"tags": [each for each in conversation.tags if each != tag]}, by)


CHANGES = {
    "read": Change(
        Nothing,
        "",
        lambda conversation, _none: not conversation.unread_count,
        lambda conversation, _none, by: threads.mark_read(conversation, by),
    ),
    "status": Change(
        StatusChange, "status", lambda conversation, status: conversation.status == status, threads.change_status
    ),
    "priority": Change(
        ConversationChange,
        "priority",
        lambda conversation, priority: conversation.priority == priority,
        set_field("priority"),
    ),
    "assign": Change(Assignment, "agent_id", is_assigned, threads.assign_agent),
    "assistant": Change(
        ConversationChange,
        "assigned_assistant_id",
        lambda conversation, assistant: conversation.assigned_assistant_id == (assistant.id if assistant else None),
        set_field("assigned_assistant"),
    ),
    "tag": Change(Tag, "tag", lambda conversation, tag: tag in conversation.tags, add_tag),
    "untag": Change(Tag, "tag", lambda conversation, tag: tag not in conversation.tags, remove_tag),
}


class BulkChange(serializers.Serializer[Any]):
    """`value` is what the action alone would take: a status, a priority, the id of an agent or an assistant, a tag."""

    ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MAX_IDS)
    action = serializers.ChoiceField([*CHANGES])
    value = serializers.CharField(
        max_length=255,
        required=False,
        allow_null=True,
        help_text="Left out with `read`; null takes an agent or assistant away.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        change = CHANGES[attrs["action"]]
        if change.serializer is Nothing:
            return {**attrs, "value": None}
        if "value" not in attrs:
            raise serializers.ValidationError({"value": self.fields["ids"].error_messages["required"]}, "required")
        serializer = change.serializer(data={change.field: attrs["value"]}, context=self.context)
        if not serializer.is_valid():
            raise serializers.ValidationError({"value": serializer.errors[change.field]})
        (value,) = serializer.validated_data.values()
        return {**attrs, "value": value}


class BulkResult(serializers.Serializer[Any]):
    changed = serializers.ListField(child=serializers.UUIDField())
    unchanged = serializers.ListField(child=serializers.UUIDField(), help_text="As was asked for already.")
    not_found = serializers.ListField(child=serializers.UUIDField())


class BulkView(APIView):
    @extend_schema(
        summary="Change many conversations",
        description="Either every one that is found is changed or none is.",
        request=BulkChange,
        responses=BulkResult,
    )
    def post(self, request: Request) -> Response:
        order = BulkChange(data=request.data, context={"request": request})
        order.is_valid(raise_exception=True)
        change, value = CHANGES[order.validated_data["action"]], order.validated_data["value"]
        told: dict[str, list[str]] = {"changed": [], "unchanged": [], "not_found": []}
        with stream.gathered():
            found = locked(request, order.validated_data["ids"])
            for pk in dict.fromkeys(order.validated_data["ids"]):
                told[carried_out(change, found.get(pk), value, actor(request))].append(str(pk))
        return Response(told)


def locked(request: Request, ids: list[Any]) -> dict[Any, Conversation]:
    """The account's threads of these ids. Locked in one order, so that two requests cannot wait for each other."""
    rows = Conversation.objects.visible_to(member(request)).filter(pk__in=ids)
    return {row.pk: row for row in rows.order_by("pk").select_for_update()}


def carried_out(change: Change, conversation: Conversation | None, value: Any, by: Actor) -> str:
    if conversation is None:
        return "not_found"
    if change.is_made(conversation, value):
        return "unchanged"
    change.make(conversation, value, by)
    return "changed"
