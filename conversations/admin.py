"""Threads and messages for staff: to look, not to write; what customers get goes through the outbox."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import stream
from accounts.access import actor
from conversations.actions.threads import change_status, lock_conversation
from conversations.models import (
    AssistantRun,
    Attachment,
    Backtest,
    CannedResponse,
    ContactAlias,
    Conversation,
    Message,
    Rating,
    ReplyDraft,
    SearchTerm,
    StatusChange,
)
from conversations.payloads import conversation_payload, message_payload, run_payload
from flame.lib.asking_first import ask_first, is_confirmed
from flame.lib.csv_export import ExportsCSV
from flame.lib.read_only import ReadOnly


class RecentMessages(ReadOnly, admin.TabularInline):
    model = Message
    fields = ("sequence", "sender", "content", "status", "created_at")
    readonly_fields = fields
    ordering = ["-sequence"]
    extra = 0
    max_num = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        newest = Message.objects.filter(conversation=request.resolver_match.kwargs["object_id"])  # type: ignore[union-attr]
        return super().get_queryset(request).filter(pk__in=newest.order_by("-sequence").values("pk")[:100])


class ContactAliases(ReadOnly, admin.TabularInline):
    model = ContactAlias
    fields = ("external_id",)
    readonly_fields = fields
    extra = 0
    max_num = 0


@admin.register(Conversation)
class ConversationAdmin(ReadOnly, ExportsCSV, admin.ModelAdmin):
    list_display = ["contact_name", "platform", "status", "ai_state", "assigned_agent", "user", "last_message_time"]
    list_filter = ["platform", "status", "ai_state", "priority"]
    list_select_related = ["user", "assigned_agent"]
    search_fields = ["contact_name", "contact_phone", "contact_external_id", "user__email"]
    date_hierarchy = "created_at"
    ordering = ["-last_message_time", "-id"]
    inlines = [ContactAliases, RecentMessages]
    actions = ["resolve", "export_csv"]
    show_full_result_count = False

    def csv_row(self, row: Conversation) -> dict[str, Any]:
        return conversation_payload(row)

    @admin.action(description=gettext_lazy("Resolve the selected conversations"))
    def resolve(self, request: HttpRequest, conversations: QuerySet[Conversation]) -> HttpResponse | None:
        unresolved = conversations.exclude(status=Conversation.Status.RESOLVED)
        if not is_confirmed(request):
            return ask_first(self, request, unresolved, _("Resolve these conversations?"))
        count = 0
        for pk in list(unresolved.values_list("pk", flat=True)):
            with stream.gathered():
                conversation = lock_conversation(pk)
                change_status(conversation, Conversation.Status.RESOLVED, actor(request))
            self.log_change(request, conversation, "resolve")
            count += 1
        text = ngettext("%(count)d conversation was resolved.", "%(count)d conversations were resolved.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)
        return None


@admin.register(Message)
class MessageAdmin(ReadOnly, ExportsCSV, admin.ModelAdmin):
    list_display = ["created_at", "conversation", "sender", "status", "attempts", "beginning"]
    list_filter = ["status", "sender", "type", "internal"]
    list_select_related = ["conversation"]
    search_fields = ["external_id", "conversation__contact_name", "content"]
    ordering = ["-created_at", "-sequence"]
    raw_id_fields = ["conversation", "in_reply_to", "agent", "assistant", "integration"]
    readonly_fields = ["why"]
    actions = ["export_csv"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("attachments")

    @admin.display(description=gettext_lazy("Why this answer"))
    def why(self, message: Message) -> str:
        run = message.runs.first() or AssistantRun.objects.filter(draft__message=message).first()
        if run is None:
            return "-"
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:conversations_assistantrun_change", args=[run.pk]), run
        )

    def csv_row(self, row: Message) -> dict[str, Any]:
        return message_payload(row)

    @admin.display(description=gettext_lazy("Content"))
    def beginning(self, message: Message) -> str:
        return Truncator(message.content).chars(80)


@admin.register(CannedResponse)
class CannedResponseAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["shortcut", "title", "user", "updated_at"]
    list_filter = ["updated_at"]
    list_select_related = ["user"]
    search_fields = ["shortcut", "title", "user__email"]


@admin.register(Attachment)
class AttachmentAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["created_at", "type", "name", "mime", "size", "state", "error", "user"]
    list_filter = ["state", "type"]
    list_select_related = ["user"]
    search_fields = ["name", "sha256", "user__email"]
    raw_id_fields = ["message"]
    exclude = ["source"]  # a platform's link opens the file to whoever holds it
    ordering = ["-created_at"]
    show_full_result_count = False


@admin.register(Rating)
class RatingAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["created_at", "score", "conversation", "comment"]
    list_filter = ["score"]
    list_select_related = ["conversation"]
    search_fields = ["comment", "conversation__contact_name", "conversation__user__email"]
    ordering = ["-created_at"]


@admin.register(StatusChange)
class StatusChangeAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["changed_at", "conversation", "kind", "from_status", "to_status", "actor_type", "assistant"]
    list_filter = ["kind", "to_status", "actor_type"]
    list_select_related = ["conversation", "assistant"]
    search_fields = ["conversation__contact_name", "conversation__user__email"]
    ordering = ["-id"]
    show_full_result_count = False


@admin.register(SearchTerm)
class SearchTermAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["term", "conversation", "user"]
    list_filter = ["conversation__platform"]
    list_select_related = ["conversation", "user"]
    search_fields = ["term__startswith"]
    ordering = ["-id"]
    show_full_result_count = False


@admin.register(AssistantRun)
class AssistantRunAdmin(ReadOnly, ExportsCSV, admin.ModelAdmin):
    """Why this answer: each row on a page of its own, linked from its message."""

    list_display = ["created_at", "assistant", "question", "decision", "outcome", "outcome_reason", "engine", "cost"]
    list_filter = ["outcome", "decision", "engine", "trigger", "score"]
    list_select_related = ["assistant"]
    search_fields = ["question", "text", "assistant__name", "conversation__contact_name", "user__email"]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "id"]
    actions = ["export_csv"]
    show_full_result_count = False

    def csv_row(self, row: AssistantRun) -> dict[str, Any]:
        return run_payload(row)


@admin.register(Backtest)
class BacktestAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["created_at", "assistant", "status", "model", "finished_at", "error"]
    list_filter = ["status"]
    list_select_related = ["assistant"]
    search_fields = ["assistant__name", "user__email", "ai_prompt"]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "id"]
    show_full_result_count = False


@admin.register(ReplyDraft)
class ReplyDraftAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["created_at", "conversation", "assistant", "status", "reason", "content"]
    list_filter = ["status", "reason"]
    list_select_related = ["conversation", "assistant"]
    search_fields = ["content", "conversation__contact_name", "conversation__user__email"]
    ordering = ["-created_at", "id"]
    show_full_result_count = False
