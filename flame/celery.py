"""The Celery application: a doorbell and a clock. Nothing that matters lives in it (docs/architecture.md)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flame.settings")

app = Celery("flame")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
