"""Beside ModelAdmin, for what belongs to one assistant."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import stream
from accounts.access import actor
from assistants.announce import announce


class PartOfAssistant:
    """Beside ModelAdmin, for what belongs to one assistant for good: to another account it would be a leak."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        given = super().get_readonly_fields(request, obj)  # type: ignore[misc]  # ModelAdmin's
        return (*given, "assistant") if obj else given


class Hours(PartOfAssistant):
    """A change of them is the assistant's own."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)  # type: ignore[misc]
        announce("updated", obj.assistant, actor(request))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)  # type: ignore[misc]
        announce("updated", obj.assistant, actor(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with stream.gathered():
            changed = {row.assistant_id: row.assistant for row in queryset.select_related("assistant")}
            super().delete_queryset(request, queryset)  # type: ignore[misc]
            for assistant in changed.values():
                announce("updated", assistant, actor(request))
