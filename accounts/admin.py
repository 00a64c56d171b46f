"""People and what happened, for staff. No page shows a password's hash."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.guessing import guesses
from accounts.models import Event, EventStream, IdempotencyKey, Notice, PasswordLink, RefreshFamily, User
from accounts.payloads import user_payload
from flame.lib.csv_export import ExportsCSV
from flame.lib.errors import Problem
from flame.lib.read_only import ReadOnly
from flame.lib.times import zone_choices


class GuardedLoginForm(AdminAuthenticationForm):
    """The admin's door counts guesses like the API's, and together with them."""

    def clean(self) -> dict[str, Any]:
        tries = guesses("login", self.cleaned_data.get("username", ""), cast("HttpRequest", self.request))
        try:
            tries.count_one()
        except Problem as problem:
            raise forms.ValidationError(str(problem.detail), code=problem.code) from problem
        cleaned = super().clean()
        tries.forgive()
        return cleaned


admin.site.login_form = GuardedLoginForm
admin.site.site_header = admin.site.site_title = "FLAME Assistant"
admin.site.unregister(Group)  # roles decide; nobody is in a group


class Membership(forms.ModelForm):
    """Beside a user's form: who is on whose team. An account that has begun would vanish behind another's."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        owner, is_agent = cleaned.get("team_owner"), cleaned.get("role") == User.Role.AGENT
        if is_agent and owner is None:
            self.add_error("team_owner", _("An agent is on an owner's team."))
        if owner is not None and not is_agent:
            self.add_error("role", _("Only an agent is on a team."))
        if owner is not None and (owner.team_owner_id or owner == self.instance):
            self.add_error("team_owner", _("Choose the owner of an account."))
        if owner is not None and self.instance.team_owner_id is None and has_begun(self.instance):
            self.add_error("team_owner", _("This user has an account of their own; invite another address."))
        return cleaned


def has_begun(user: User) -> bool:
    return EventStream.objects.filter(account=user.pk).exists() or User.objects.filter(team_owner=user.pk).exists()


class UserForm(Membership):
    timezone = forms.ChoiceField(choices=zone_choices, label=gettext_lazy("Time zone"))


class NewUserForm(Membership, BaseUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "role", "team_owner")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


@admin.register(User)
class UserAdmin(ExportsCSV, DjangoUserAdmin):
    form = UserForm
    add_form = NewUserForm
    list_display = ("email", "name", "role", "team_owner", "is_active", "last_login", "created_at")
    list_filter = ("role", "is_active", "language")
    list_select_related = ("team_owner",)
    search_fields = ("email", "name")
    ordering = ("-created_at", "id")
    date_hierarchy = "created_at"
    filter_horizontal = ()
    autocomplete_fields = ("team_owner",)
    readonly_fields = ("id", "new_password", "last_login", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": ("id", "email", "name", "avatar_url", "new_password")}),
        (gettext_lazy("Account"), {"fields": ("role", "team_owner", "is_active", "timezone", "language")}),
        (gettext_lazy("Times"), {"fields": ("last_login", "created_at", "updated_at")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "role", "team_owner", "password1", "password2")}),)
    actions = ("export_csv",)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who leaves is made inactive: deleting an owner would delete every conversation of the account."""
        return False

    def csv_row(self, row: User) -> dict[str, Any]:
        return user_payload(row)

    @admin.display(description=gettext_lazy("Password"))
    def new_password(self, user: User) -> SafeString:
        return format_html('<a href="../password/">{}</a>', _("Set a new password"))


@admin.register(Event)
class EventAdmin(ReadOnly, admin.ModelAdmin):
    """The account's stream as it was told; history is not edited."""

    list_display = ("created_at", "account", "seq", "type", "conversation_id", "who")
    list_filter = ("type", ("account", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("account",)
    search_fields = ("account__email", "conversation_id", "type")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-seq")
    show_full_result_count = False

    @admin.display(description=gettext_lazy("Actor"))
    def who(self, event: Event) -> str:
        return " ".join(filter(None, (event.actor.get("type"), event.actor.get("id"))))


@admin.register(Notice)
class NoticeAdmin(ReadOnly, admin.ModelAdmin):
    """Mails to owners, and whether the mail server took them."""

    list_display = ("created_at", "user", "kind", "subject", "sent_at", "next_try_at")
    list_filter = ("kind", ("sent_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("user__email", "subject")
    ordering = ("-created_at",)


@admin.register(EventStream)
class EventStreamAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("account", "last_seq")
    list_filter = ("account__role",)
    list_select_related = ("account",)
    search_fields = ("account__email",)


@admin.register(RefreshFamily)
class RefreshFamilyAdmin(ReadOnly, admin.ModelAdmin):
    """Who is signed in since when; the digests are nobody's to see."""

    list_display = ("created_at", "user", "rotated_at", "expires_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("user__email",)
    ordering = ("-created_at",)
    fields = ("id", *list_display)


@admin.register(PasswordLink)
class PasswordLinkAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("created_at", "email", "purpose", "sent_at", "used_at", "expires_at")
    list_filter = ("purpose", ("sent_at", admin.EmptyFieldListFilter), ("used_at", admin.EmptyFieldListFilter))
    search_fields = ("email",)
    ordering = ("-created_at",)
    fields = ("id", *list_display)


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnly, admin.ModelAdmin):
    """What was answered is the client's, and may hold their tokens."""

    list_display = ("created_at", "user", "key", "status_code", "leased_until")
    list_filter = ("status_code",)
    list_select_related = ("user",)
    search_fields = ("user__email", "key")
    ordering = ("-created_at",)
    fields = ("id", *list_display)
    show_full_result_count = False
