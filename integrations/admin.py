"""Accounts and the durable inbox for staff. Of a credential only its tail is shown, as over REST."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import stream
from accounts.access import actor
from assistants.models import Assistant
from flame.lib.asking_first import ask_first, is_confirmed
from flame.lib.csv_export import ExportsCSV
from flame.lib.doorbell import ring_on_commit
from flame.lib.read_only import ReadOnly
from integrations.actions import announce, deactivate, replay
from integrations.connections import let_go
from integrations.models import Door, InboundEvent, Integration
from integrations.payloads import integration_payload, masked
from integrations.tasks import receive


class SinceForm(forms.Form):
    since = forms.DateTimeField(
        label=gettext_lazy("Received since (UTC)"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


@admin.register(Integration)
class IntegrationAdmin(ExportsCSV, admin.ModelAdmin):
    list_display = ("__str__", "platform", "status", "user", "account_key", "last_sync", "error")
    list_filter = ("platform", "status")
    list_select_related = ("user",)
    search_fields = ("name", "account_key", "user__email")
    ordering = ("-updated_at", "id")
    fieldsets = (
        (None, {"fields": ("id", "user", "platform", "name", "default_assistant", "out_of_hours_text")}),
        (gettext_lazy("Connection"), {"fields": ("status", "error", "last_sync", "account_key", "webhook")}),
        (gettext_lazy("Credentials"), {"fields": ("tails",)}),
        (gettext_lazy("Times"), {"fields": ("created_at", "updated_at")}),
    )
    readonly_fields = (
        *("id", "user", "platform", "status", "error", "last_sync", "account_key", "webhook"),
        *("tails", "created_at", "updated_at"),
    )
    raw_id_fields = ("default_assistant",)
    actions = ("disconnect", "replay_dead", "export_csv")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Integration | None = None) -> bool:
        """Its owner deletes it; staff can cut it off."""
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Another account's assistant would answer with what that account knows."""
        if db_field.name == "default_assistant":
            found = request.resolver_match.kwargs["object_id"]  # type: ignore[union-attr]
            kwargs["queryset"] = Assistant.objects.filter(user__integrations=found)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Integration, form: Any, change: bool) -> None:
        """Only what was changed: the platform may have said something of the account meanwhile."""
        if form.changed_data:
            obj.save(update_fields=form.changed_data)
            obj.refresh_from_db()
            announce("updated", obj, actor(request))

    def csv_row(self, row: Integration) -> dict[str, Any]:
        return integration_payload(row)

    @admin.display(description="Webhook")
    def webhook(self, integration: Integration) -> str:
        return integration.webhook_address()

    @admin.display(description=gettext_lazy("Credentials"))
    def tails(self, integration: Integration) -> SafeString:
        return format_html_join("\n", "<div>{}: {}</div>", masked(integration).items())

    @admin.action(description=gettext_lazy("Disconnect the selected integrations"))
    def disconnect(self, request: HttpRequest, integrations: QuerySet[Integration]) -> HttpResponse | None:
        connected = integrations.exclude(status=Integration.Status.INACTIVE)
        if not is_confirmed(request):
            return ask_first(self, request, connected, _("Disconnect? No message comes in or goes out any more."))
        for integration in list(connected):
            let_go(integration)
            with stream.gathered():
                held = Integration.objects.select_for_update().get(pk=integration.pk)
                deactivate(held, actor(request))
            self.log_change(request, integration, "disconnect")
        self.message_user(request, _("Disconnected."), messages.SUCCESS)
        return None

    @admin.action(description=gettext_lazy("Replay failed events of the selected integrations, since…"))
    def replay_dead(self, request: HttpRequest, integrations: QuerySet[Integration]) -> HttpResponse | None:
        day_ago = timezone.now() - timedelta(days=1)
        form = SinceForm(request.POST if is_confirmed(request) else None, initial={"since": day_ago})
        if not form.is_valid():
            return ask_first(self, request, integrations, _("Replay the failed events of these integrations?"), form)
        whose = Q(pk__in=[])
        for integration in integrations:
            whose |= Q(platform=integration.platform, account_key=integration.account_key)
        dead = InboundEvent.objects.filter(whose, state=InboundEvent.State.DEAD)
        replay_and_tell(self, request, dead.filter(received_at__gte=form.cleaned_data["since"]))
        return None


@admin.register(InboundEvent)
class InboundEventAdmin(ReadOnly, ExportsCSV, admin.ModelAdmin):
    """The dead wait here for someone who decides."""

    list_display = ("id", "received_at", "platform", "account_key", "event_key", "state", "attempts", "error")
    list_filter = ("state", "platform")
    search_fields = ("account_key", "event_key", "conversation_key")
    ordering = ("-id",)
    show_full_result_count = False
    actions = ("replay_selected", "export_csv")

    def csv_row(self, row: InboundEvent) -> dict[str, Any]:
        return {field.name: field.value_to_string(row) for field in self.opts.fields if field.name != "payload"}

    @admin.action(description=gettext_lazy("Replay the selected dead or ignored events"))
    def replay_selected(self, request: HttpRequest, events: QuerySet[InboundEvent]) -> HttpResponse | None:
        if not is_confirmed(request):
            return ask_first(self, request, events, _("Replay these events? They keep their keys: nothing is doubled."))
        replay_and_tell(self, request, events)
        return None


@admin.register(Door)
class DoorAdmin(ReadOnly, admin.ModelAdmin):
    """Since when webhooks can be received: one row, written by every web process."""

    list_display = ("opened_at", "closed_at", "seen_at")
    list_filter = ("opened_at",)
    search_fields = ("id",)


def replay_and_tell(model_admin: "admin.ModelAdmin[Any]", request: HttpRequest, events: QuerySet[InboundEvent]) -> None:
    count = replay(events)
    ring_on_commit(receive)
    text = ngettext("%(count)d event waits again.", "%(count)d events wait again.", count) % {"count": count}
    model_admin.message_user(request, text, messages.SUCCESS)
