"""The ASGI application: webhooks by their raw path, sockets by channels, all else by Django."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

from channels.routing import URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flame.settings")
django_application = get_asgi_application()

from django.conf import settings  # noqa: E402 - models and settings exist only after the line above

from conversations.routing import websocket_urlpatterns  # noqa: E402
from integrations.sandbox import mount  # noqa: E402
from integrations.webhooks import Webhooks  # noqa: E402

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

sockets = URLRouter(websocket_urlpatterns)
webhooks = Webhooks()


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    path = scope.get("path", "")
    if scope["type"] == "websocket":
        await socket(scope, receive, send)
    elif path.startswith("/api/webhooks/"):
        await webhooks(scope, receive, send)
    elif settings.DEMO and path.startswith("/sandbox/"):
        await mount.application(scope, receive, send)
    else:
        await django_application(scope, receive, send)


async def socket(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    try:
        await sockets(scope, receive, send)
    except ValueError:  # URLRouter's way to say that no route matches
        await send({"type": "websocket.close", "code": 4404})
