"""Accounts and the durable inbox for staff. Credentials are not shown, not even encrypted."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from flame.lib.doorbell import ring_on_commit
from integrations.actions import replay
from integrations.models import InboundEvent, Integration
from integrations.tasks import receive


@admin.register(Integration)
class IntegrationAdmin(admin.ModelAdmin):
    list_display = ["__str__", "platform", "status", "user", "account_key", "last_sync", "error"]
    list_filter = ["platform", "status"]
    list_select_related = ["user"]
    search_fields = ["name", "account_key", "user__email"]
    fields = ["user", "platform", "name", "status", "account_key", "webhook_url", "default_assistant", "error"]
    readonly_fields = ["user", "platform", "status", "account_key", "error"]
    raw_id_fields = ["default_assistant"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(InboundEvent)
class InboundEventAdmin(admin.ModelAdmin):
    list_display = ["id", "received_at", "platform", "account_key", "event_key", "state", "attempts", "error"]
    list_filter = ["state", "platform"]
    search_fields = ["account_key", "event_key", "conversation_key"]
    actions = ["replay_selected"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("Replay the selected dead or ignored events"))
    def replay_selected(self, request: HttpRequest, queryset: QuerySet[InboundEvent]) -> None:
        count = replay(queryset)
        ring_on_commit(receive)
        text = ngettext("%(count)d event waits again.", "%(count)d events wait again.", count) % {"count": count}
        self.message_user(request, text, messages.SUCCESS)
