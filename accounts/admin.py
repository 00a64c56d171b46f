"""People and what happened, for staff. No page shows a password's hash."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.guessing import guesses
from accounts.models import Event, User
from flame.lib.errors import Problem


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


class NewUserForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "role", "team_owner")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    form = forms.ModelForm
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

    @admin.display(description=gettext_lazy("Password"))
    def new_password(self, user: User) -> SafeString:
        return format_html('<a href="../password/">{}</a>', _("Set a new password"))


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):
    """The account's stream as it was told; history is not edited."""

    list_display = ("created_at", "account", "seq", "type", "conversation_id")
    list_filter = ("type",)
    list_select_related = ("account",)
    search_fields = ("account__email", "conversation_id")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-seq")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        return False
