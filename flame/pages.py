"""The start page: what there is, and where."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.demo import DEMO_LOGIN, DEMO_PASSWORD
from assistants.registry import engines


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    context = {
        "demo": settings.DEMO,
        "login": DEMO_LOGIN,
        "password": DEMO_PASSWORD,
        "engine": engines()[0],
        "model": settings.OPENAI_MODEL,
    }
    return render(request, "flame/start.html", context)
