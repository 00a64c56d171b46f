"""Assistants with their hours and what they know on one page."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assistants.models import Assistant, KnowledgeSource, Schedule, ScheduleException
from assistants.payloads import assistant_payload
from flame.lib.csv_export import ExportsCSV
from flame.lib.times import zone_choices


class ScheduleInline(admin.TabularInline):
    model = Schedule
    extra = 0


class ScheduleExceptionInline(admin.TabularInline):
    model = ScheduleException
    extra = 0


class KnowledgeSourceInline(admin.StackedInline):
    model = KnowledgeSource
    extra = 0
    classes = ("collapse",)
    fields = ("kind", "title", "url", "content", "items")


class AssistantForm(forms.ModelForm):
    timezone = forms.ChoiceField(choices=zone_choices, label=_("Time zone"))


@admin.register(Assistant)
class AssistantAdmin(ExportsCSV, admin.ModelAdmin):
    form = AssistantForm
    list_display = ("name", "user", "type", "status", "timezone", "source_count", "updated_at")
    list_filter = ("type", "status")
    list_select_related = ("user",)
    search_fields = ("name", "description", "user__email")
    ordering = ("-updated_at", "id")
    date_hierarchy = "created_at"
    autocomplete_fields = ("user",)
    readonly_fields = ("id", "created_at", "updated_at")
    inlines = (ScheduleInline, ScheduleExceptionInline, KnowledgeSourceInline)
    actions = ("export_csv",)
    fieldsets = (
        (None, {"fields": ("id", "user", "name", "description", "type", "status")}),
        (_("Texts"), {"fields": ("auto_response", "out_of_hours_text", "ai_prompt")}),
        (_("Engine"), {"fields": ("temperature", "max_tokens", "timezone")}),
        (_("Times"), {"fields": ("created_at", "updated_at")}),
    )

    def csv_row(self, row: Assistant) -> dict[str, Any]:
        return assistant_payload(row)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        counted: QuerySet[Any] = super().get_queryset(request).annotate(source_count=Count("sources"))
        return counted

    @admin.display(description=_("Sources"), ordering="source_count")
    def source_count(self, assistant: Any) -> int:
        return int(assistant.source_count)


@admin.register(Schedule)
class ScheduleAdmin(admin.ModelAdmin):
    list_display = ("assistant", "day_of_week", "start_time", "end_time", "enabled")
    list_filter = ("day_of_week", "enabled")
    list_select_related = ("assistant",)
    search_fields = ("assistant__name", "assistant__user__email")
    ordering = ("assistant__name", "day_of_week", "start_time", "id")
    autocomplete_fields = ("assistant",)


@admin.register(ScheduleException)
class ScheduleExceptionAdmin(admin.ModelAdmin):
    list_display = ("date", "assistant", "label", "start_time", "end_time")
    list_filter = ("date",)
    list_select_related = ("assistant",)
    search_fields = ("label", "assistant__name", "assistant__user__email")
    ordering = ("-date", "start_time", "id")
    autocomplete_fields = ("assistant",)
