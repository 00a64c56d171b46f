"""What the webhook door is compared with: the same check and the same row, as a Django view with one INSERT each.

It is spared the look-up of who may sign, which the door does.
"""

import os

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from benchmarks.bodies import PLAIN
from flame.lib.clean import parse_json
from integrations.models import InboundEvent
from integrations.registry import PLATFORMS
from integrations.webhooks import row

SECRET = os.environ["PLAIN_SECRET"]


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    whatsapp = PLATFORMS["whatsapp"]
    headers = {name.lower(): value for name, value in request.headers.items()}
    if not whatsapp.verify(request.body, headers, SECRET):
        return HttpResponse(status=403)
    items = whatsapp.split(parse_json(request.body))
    rows = [InboundEvent(platform=whatsapp.name, account_key=item.account_key, **row(item)) for item in items]
    InboundEvent.objects.bulk_create(rows, ignore_conflicts=True)
    return HttpResponse("OK", content_type="text/plain")


urlpatterns = [path(PLAIN.removeprefix("/"), webhook)]
