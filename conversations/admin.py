"""Threads and messages for staff: to look, not to write; what customers get goes through the outbox."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from conversations.models import CannedResponse, Conversation, Message


class ReadOnly:
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RecentMessages(ReadOnly, admin.TabularInline):
    model = Message
    fields = ("sequence", "sender", "content", "status", "created_at")
    readonly_fields = fields
    ordering = ["-sequence"]
    extra = 0
    max_num = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> Any:
        newest = Message.objects.filter(conversation=request.resolver_match.kwargs["object_id"])  # type: ignore[union-attr]
        return super().get_queryset(request).filter(pk__in=newest.order_by("-sequence").values("pk")[:100])


@admin.register(Conversation)
class ConversationAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["contact_name", "platform", "status", "ai_state", "user", "last_message_time"]
    list_filter = ["platform", "status", "ai_state", "priority"]
    list_select_related = ["user"]
    search_fields = ["contact_name", "contact_phone", "contact_external_id", "user__email"]
    date_hierarchy = "created_at"
    inlines = [RecentMessages]


@admin.register(Message)
class MessageAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["created_at", "conversation", "sender", "status", "attempts", "content"]
    list_filter = ["status", "sender", "type"]
    list_select_related = ["conversation"]
    search_fields = ["external_id", "conversation__contact_name"]
    raw_id_fields = ["conversation", "in_reply_to", "agent", "assistant", "integration"]


@admin.register(CannedResponse)
class CannedResponseAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["shortcut", "title", "user", "updated_at"]
    list_select_related = ["user"]
    search_fields = ["shortcut", "title", "user__email"]
