"""Assistants with their hours and what they know on one page."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import stream
from accounts.access import actor
from accounts.models import User
from assistants.admin.parts import Hours
from assistants.announce import announce
from assistants.models import Assistant, KnowledgeSource, PromptVersion, Schedule, ScheduleException
from assistants.payloads import assistant_payload
from assistants.prompts import restore, version_of
from flame.lib.asking_first import ask_first, is_confirmed
from flame.lib.csv_export import ExportsCSV
from flame.lib.read_only import ReadOnly
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
        (_("Engine"), {"fields": ("reply_mode", "model", "temperature", "max_tokens", "timezone")}),
        (_("Budget"), {"fields": ("max_tokens_per_day", "max_cost_per_day")}),
        (_("Times"), {"fields": ("created_at", "updated_at")}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Assistant | None = None) -> bool:
        """Its owner deletes it, with all that it knows; staff can make it inactive."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Assistant | None = None) -> Any:
        """Threads and integrations of its account name it, so it moves to no other."""
        return (*self.readonly_fields, "user") if obj else self.readonly_fields

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.filter(team_owner=None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Its hours are saved too by now, which the event is about as well."""
        super().save_related(request, form, formsets, change)
        version_of(form.instance, cast("User", request.user))
        announce("updated" if change else "created", form.instance, actor(request))

    def csv_row(self, row: Assistant) -> dict[str, Any]:
        return assistant_payload(row)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        counted: QuerySet[Any] = super().get_queryset(request).annotate(source_count=Count("sources"))
        return counted

    @admin.display(description=_("Sources"), ordering="source_count")
    def source_count(self, assistant: Any) -> int:
        return int(assistant.source_count)


@admin.register(Schedule)
class ScheduleAdmin(Hours, admin.ModelAdmin):
    list_display = ("assistant", "day_of_week", "start_time", "end_time", "enabled")
    list_filter = ("day_of_week", "enabled")
    list_select_related = ("assistant",)
    search_fields = ("assistant__name", "assistant__user__email")
    ordering = ("assistant__name", "day_of_week", "start_time", "id")
    autocomplete_fields = ("assistant",)


@admin.register(ScheduleException)
class ScheduleExceptionAdmin(Hours, admin.ModelAdmin):
    list_display = ("date", "assistant", "label", "start_time", "end_time")
    list_filter = ("date",)
    list_select_related = ("assistant",)
    search_fields = ("label", "assistant__name", "assistant__user__email")
    ordering = ("-date", "start_time", "id")
    autocomplete_fields = ("assistant",)


@admin.register(PromptVersion)
class PromptVersionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("assistant", "number", "beginning", "author", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("assistant", "author")
    search_fields = ("text", "assistant__name", "assistant__user__email")
    ordering = ("-created_at", "-number")
    actions = ("restore_prompt",)

    @admin.display(description=_("Beginning"))
    def beginning(self, version: PromptVersion) -> str:
        return Truncator(version.text).chars(80)

    @admin.action(description=_("Make the selected versions the prompt again"))
    def restore_prompt(self, request: HttpRequest, versions: QuerySet[PromptVersion]) -> HttpResponse | None:
        if not is_confirmed(request):
            return ask_first(self, request, versions, gettext("Make these versions the prompt again?"))
        for version in versions.select_related("assistant"):
            with stream.gathered():
                restore(version, cast("User", request.user))
                announce("updated", version.assistant, actor(request))
            self.log_change(request, version, "restore")
        return None
