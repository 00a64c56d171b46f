"""The settings of the suite: the same file, without the developer's .env and without any key that reaches outside.

DATABASE_URL and REDIS_URL are kept: set them and the same suite runs on PostgreSQL and Redis.
"""

import os
from urllib.parse import urlsplit

os.environ["FLAME_ENV_FILE"] = os.devnull
os.environ["LOG_FILES"] = "0"
KEPT_OUT = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_EMBEDDING_MODEL")
for _name in (*KEPT_OUT, "FLAME_ENV", "NODE_ENV", "FACEBOOK_APP_SECRET", "PUBLIC_URL"):
    os.environ.pop(_name, None)
if os.environ.get("REDIS_URL") and (_worker := os.environ.get("PYTEST_XDIST_WORKER")):
    # pytest-django gives each of several processes a database of its own; what they count in Redis needs one too.
    _url = urlsplit(os.environ["REDIS_URL"])
    _number = int(_url.path.strip("/") or 0) + int(_worker.removeprefix("gw"))
    os.environ["REDIS_URL"] = _url._replace(path=f"/{_number}").geturl()

from flame.settings import *  # noqa: E402 - the environment above decides what it reads

ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
DATABASES["default"].setdefault("TEST", {})
if DATABASES["default"]["ENGINE"] == "flame.lib.sqlite":
    # A file, not memory: shared-cache memory locks whole tables and knows no WAL, so it would test another database.
    DATABASES["default"]["TEST"]["NAME"] = str(BASE_DIR / f"test{os.environ.get('TEST_DB_SUFFIX', '')}.sqlite3")
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
if not REDIS_URL:
    CELERY_BROKER_URL = "memory://"
CELERY_TASK_ALWAYS_EAGER = False
STORAGES = {**STORAGES, "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
DEBOUNCE_SECONDS = 0.0
DEBOUNCE_MEDIA_SECONDS = 0.0
RATE_LIMIT_ANONYMOUS = RATE_LIMIT_USER = 1_000_000
