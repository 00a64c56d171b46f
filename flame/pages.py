"""The start page and the API's description for people: what there is, and where."""

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularSwaggerSplitView

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


# Swagger's style sheet holds its icons as data: addresses.
api_docs = csp_update({"img-src": [SELF, "data:"]})(
    SpectacularSwaggerSplitView.as_view(
        url="/api/schema?format=json", url_self="/api/docs", template_name="flame/docs.html"
    )
)
