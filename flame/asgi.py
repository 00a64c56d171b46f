"""The ASGI application: webhooks by their raw path, sockets by channels, all else by Django."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flame.settings")
application = get_asgi_application()
