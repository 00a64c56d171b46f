"""Admin actions that ask before they act, as deleting does."""

from typing import Any

from django import forms
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse

SHOWN = 20
ANSWER = "confirmed"


def is_confirmed(request: HttpRequest) -> bool:
    return request.POST.get(ANSWER) == "yes"


def ask_first(
    model_admin: Any,
    request: HttpRequest,
    rows: QuerySet[Any],
    question: str,
    form: forms.Form | None = None,
) -> TemplateResponse:
    """The page between an action and its doing. It posts the same selection again, with the answer and the form."""
    selected = request.POST.getlist(ACTION_CHECKBOX_NAME)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": question,
        "opts": model_admin.opts,
        "media": model_admin.media,
        "count": rows.count(),
        "shown": rows[:SHOWN],
        "form": form,
        "answer": ANSWER,
        "carried": [
            ("action", request.POST["action"]),
            ("select_across", request.POST.get("select_across", "0")),
            *((ACTION_CHECKBOX_NAME, pk) for pk in selected),
        ],
    }
    return TemplateResponse(request, "admin/asking_first.html", context)
