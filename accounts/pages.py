"""The page behind a mailed link, for people whose client has none of its own."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.passwords import set_password, user_of_link
from flame.lib.errors import Problem

TEMPLATE = "accounts/set_password.html"


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("New password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def set_password_page(request: HttpRequest) -> HttpResponse:
    token = request.GET.get("token", "")
    form = PasswordForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    try:
        context["email"] = user_of_link(token).email
        if form.is_valid():
            set_password(token, form.cleaned_data["password"], request)
            context["done"] = True
    except Problem as problem:
        return render(request, TEMPLATE, {"refusal": problem.detail}, status=problem.status_code)
    except ValidationError as error:
        form.add_error("password", error)
    return render(request, TEMPLATE, context)
