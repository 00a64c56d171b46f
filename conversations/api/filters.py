"""Filters of the conversation list. A value that is not one of the named ones is a 400, not an empty list."""

from typing import ClassVar

import django_filters as filters
from django.db.models import Exists, OuterRef, Q

from conversations.models import Conversation, Message
from conversations.querysets import ConversationQuerySet
from integrations.models import PlatformName


class ConversationFilter(filters.FilterSet):
    status = filters.MultipleChoiceFilter(choices=Conversation.Status.choices)
    platform = filters.MultipleChoiceFilter(choices=PlatformName.choices)
    priority = filters.MultipleChoiceFilter(choices=Conversation.Priority.choices)
    tag = filters.CharFilter(method="with_tag")
    assigned_assistant_id = filters.UUIDFilter()
    assigned_agent_id = filters.UUIDFilter()
    unread = filters.BooleanFilter(method="with_unread")
    updated_since = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")
    search = filters.CharFilter(method="matching", max_length=200)
    ordering = filters.OrderingFilter(
        fields=["last_message_time", "created_at", "updated_at", "unread_count", "contact_name"]
    )

    class Meta:
        model = Conversation
        fields: ClassVar[list[str]] = []

    def with_tag(self, queryset: ConversationQuerySet, name: str, value: str) -> ConversationQuerySet:
        return queryset.with_tag(value)

    def with_unread(self, queryset: ConversationQuerySet, name: str, value: bool) -> ConversationQuerySet:
        return queryset.filter(unread_count__gt=0) if value else queryset.filter(unread_count=0)

    def matching(self, queryset: ConversationQuerySet, name: str, value: str) -> ConversationQuerySet:
        said = Message.objects.filter(conversation=OuterRef("pk"), content__icontains=value)
        return queryset.filter(
            Q(contact_name__icontains=value)
            | Q(contact_phone__icontains=value)
            | Q(contact_email__icontains=value)
            | Exists(said)
        )
