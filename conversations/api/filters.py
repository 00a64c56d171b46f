"""Filters of the conversation list. A value that is not one of the named ones is a 400, not an empty list."""

from functools import reduce
from operator import or_
from typing import Any, ClassVar

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework.request import Request

from accounts.access import member
from accounts.models import User, UserQuerySet
from assistants.models import Assistant
from assistants.models.assistant import AssistantQuerySet
from conversations.models import Conversation, SearchTerm
from conversations.models.threads import ConversationQuerySet
from conversations.search import terms_of, terms_of_number
from flame.lib.filters import AnyOf, AnyRow, SeveralChoices
from flame.lib.times import believable
from integrations.models import PlatformName

MAX_WORDS = 8


class AnyText(SeveralChoices):
    def valid_value(self, value: str) -> bool:
        return True


class TagsFilter(AnyOf):
    field_class = AnyText


class StableOrdering(filters.OrderingFilter):
    """Rows that are equal by what was asked have an order too: no page repeats what another showed."""

    def filter(self, qs: ConversationQuerySet, value: list[str] | None) -> ConversationQuerySet:
        ordered: ConversationQuerySet = super().filter(qs, value)
        if not value:
            return ordered
        names = [str(name) for name in ordered.query.order_by]
        # In the direction of what was asked: an index is read from either end, but not from both.
        return ordered.order_by(*names, "-id" if names[-1].startswith("-") else "id")


class TrueOrFalse(forms.CharField):
    """Django's own takes what it does not know for no answer."""

    def clean(self, value: Any) -> bool | None:
        text = str(super().clean(value)).lower()
        if text not in {"", "true", "false"}:
            raise forms.ValidationError(_("Give true or false."), code="invalid")
        return {"true": True, "false": False}.get(text)


class TrueOrFalseFilter(filters.BooleanFilter):
    field_class = TrueOrFalse


def assistants(request: Request) -> AssistantQuerySet:
    return Assistant.objects.visible_to(member(request))


def agents(request: Request) -> UserQuerySet:
    return User.objects.visible_to(member(request))


class ConversationFilter(filters.FilterSet):
    status = AnyOf(choices=Conversation.Status.choices)
    platform = AnyOf(choices=PlatformName.choices)
    priority = AnyOf(choices=Conversation.Priority.choices)
    tag = TagsFilter(method="with_tag")
    assigned_assistant_id = AnyRow(field_name="assigned_assistant", queryset=assistants)
    assigned_agent_id = AnyRow(field_name="assigned_agent", queryset=agents)
    unread = TrueOrFalseFilter(method="with_unread")
    updated_since = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte", validators=[believable])
    search = filters.CharFilter(method="matching", max_length=200)
    # Each has an index (tests/test_list_index.py).
    ordering = StableOrdering(fields=["last_message_time", "created_at", "updated_at", "contact_name"])

    class Meta:
        model = Conversation
        fields: ClassVar[list[str]] = []

    def with_tag(self, queryset: ConversationQuerySet, name: str, value: list[str]) -> ConversationQuerySet:
        return queryset.with_any_tag(value) if value else queryset

    def with_unread(self, queryset: ConversationQuerySet, name: str, value: bool) -> ConversationQuerySet:
        return queryset.filter(unread_count__gt=0) if value else queryset.filter(unread_count=0)

    def matching(self, queryset: ConversationQuerySet, name: str, value: str) -> ConversationQuerySet:
        """Every word of the text begins a word of the thread's messages or of its contact, or all of it its number."""
        terms = SearchTerm.objects.filter(user_id=member(self.request).account_id)

        def begun_by(term: str) -> Q:
            return Q(pk__in=terms.starting_with(term).values("conversation"))

        words = [begun_by(word) for word in terms_of(value)[:MAX_WORDS]]
        numbers = [begun_by(number) for number in terms_of_number(value)]
        return queryset.filter(reduce(or_, numbers, Q(*words))) if words else queryset.none()
