"""All settings, driven by the environment (.env.example lists it). Everything has a working default in development."""

import os
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celery.schedules import crontab
from corsheaders.defaults import default_headers
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from flame.lib.env import DEVELOPMENT_SECRETS, derive_key, load, secret_problems, secret_values
from flame.logs import logging_settings
from flame.openapi import SPECTACULAR_SETTINGS as SPECTACULAR_SETTINGS

BASE_DIR = Path(__file__).resolve().parent.parent
env = load(Path(os.environ.get("FLAME_ENV_FILE", BASE_DIR / ".env")))

FLAME_ENV = env.one_of(
    "FLAME_ENV" if env.str("FLAME_ENV", default="") else "NODE_ENV",
    ("development", "production"),
    default="development",
)
PRODUCTION = FLAME_ENV == "production"
DEBUG = False
DEMO: bool = env.bool("FLAME_DEMO", default=not PRODUCTION)

JWT_SECRET: str = env.str("JWT_SECRET", default="" if PRODUCTION else DEVELOPMENT_SECRETS["JWT_SECRET"])
JWT_REFRESH_SECRET: str = env.str(
    "JWT_REFRESH_SECRET", default="" if PRODUCTION else DEVELOPMENT_SECRETS["JWT_REFRESH_SECRET"]
)
if PRODUCTION:
    env.problems += secret_problems({"JWT_SECRET": JWT_SECRET, "JWT_REFRESH_SECRET": JWT_REFRESH_SECRET})
    if DEMO:
        env.problems.append("FLAME_DEMO is on; demo logins and the sandbox never run in production.")

SECRET_KEY = derive_key(JWT_SECRET, "django")
FIELD_KEYS: list[str] = env.list("FIELD_KEYS", default=[derive_key(JWT_SECRET, "fields")])

PORT: int = env.int("PORT", default=3000)
PUBLIC_URL: str = env.str("PUBLIC_URL", default=f"http://localhost:{PORT}").rstrip("/")
ALLOWED_HOSTS: list[str] = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    urlsplit(PUBLIC_URL).hostname or "localhost",
    *env.list("ALLOWED_HOSTS", default=[]),
]

INSTALLED_APPS = [
    "daphne",
    "flame",
    "accounts",
    "assistants",
    "integrations",
    "conversations",
    "analytics",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "csp",
]

MIDDLEWARE = [
    "flame.lib.request_id.RequestIdMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "flame.lib.error_shape.ErrorShapeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "flame.lib.permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "flame.lib.slashes.TrailingSlashMiddleware",
    "flame.lib.request_bounds.RequestBoundsMiddleware",
    "accounts.rate_limit.RateLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.idempotency.IdempotencyMiddleware",
]

ROOT_URLCONF = "flame.urls"
ASGI_APPLICATION = "flame.asgi.application"
WSGI_APPLICATION = "flame.wsgi.application"
APPEND_SLASH = False
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.authentication.SessionBackend"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.BCryptSHA256PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


def database(config: dict[str, Any]) -> dict[str, Any]:
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["ENGINE"] = "flame.lib.sqlite"
        config["OPTIONS"] = {
            # IMMEDIATE takes the write lock when a transaction begins: a deferred one fails at its first write instead
            # of waiting. FULL makes a 200 to a platform survive a power cut.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;",
        }
    else:
        # Under ASGI every request has a thread of its own, so CONN_MAX_AGE never reuses a connection: the pool does.
        # It asks each whether it still lives: after a restart of PostgreSQL they would cost a request each.
        config["CONN_HEALTH_CHECKS"] = True
        config["OPTIONS"] = {
            **config.get("OPTIONS", {}),
            "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=20), "timeout": 10},
        }
    return config


DATABASES = {"default": database(env.database("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'flame.sqlite3'}"))}

REDIS_URL: str = env.str("REDIS_URL", default="")
REDIS_TIMEOUTS = {"socket_connect_timeout": 2, "socket_timeout": 5}
# Local memory throws entries away beyond MAX_ENTRIES, 300 by default: counts and tickets that must not be pushed out.
LOCAL_CACHE = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 50_000}}
CACHES: dict[str, Any] = {"default": LOCAL_CACHE, "local": {**LOCAL_CACHE, "LOCATION": "local"}}
CHANNEL_LAYERS: dict[str, Any] = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
if REDIS_URL:
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": REDIS_TIMEOUTS,
    }
    # Pub/sub has no capacity to overflow; RedisChannelLayer drops silently past 100 waiting messages.
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL]},
    }

# Celery only rings: rows are the queue and the sweeps find what no bell announced. So a result is never kept, a publish
# never waits for a broker that is away, and a lost task costs at most one sweep interval.
CELERY_BROKER_URL = REDIS_URL or "memory://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    # memory:// polls once a second unless told otherwise.
    {**REDIS_TIMEOUTS, "health_check_interval": 10} if REDIS_URL else {"polling_interval": 0.05}
)
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_STORE_EAGER_RESULT = False
CELERY_TASK_DEFAULT_QUEUE = "flame"
CELERY_WORKER_POOL = "threads"
CELERY_WORKER_CONCURRENCY = env.int("WORKER_THREADS", default=8)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
SWEEP_SECONDS: float = env.float("SWEEP_SECONDS", default=2.0)
CELERY_BEAT_SCHEDULE = {
    "receive": {"task": "integrations.tasks.receive", "schedule": SWEEP_SECONDS, "options": {"expires": 10}},
    "sweep_unanswered": {
        "task": "conversations.tasks.sweep_unanswered",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": 10},
    },
    "sweep_undelivered": {
        "task": "conversations.tasks.sweep_undelivered",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": 10},
    },
    "fetch": {"task": "conversations.tasks.fetch", "schedule": SWEEP_SECONDS, "options": {"expires": 10}},
    "sweep_untrained": {
        "task": "assistants.tasks.sweep_untrained",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": 10},
    },
    "sweep_backtests": {
        "task": "conversations.tasks.sweep_backtests",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": 10},
    },
    "sweep_untaken": {"task": "conversations.tasks.sweep_untaken", "schedule": 30.0, "options": {"expires": 30}},
    "sweep_unmailed": {"task": "accounts.tasks.sweep_unmailed", "schedule": 30.0, "options": {"expires": 30}},
    "prune_files": {"task": "conversations.tasks.prune_files", "schedule": 3600.0, "options": {"expires": 600}},
    "prune_inbound": {"task": "integrations.tasks.prune", "schedule": 3600.0, "options": {"expires": 600}},
    # By the clock: an interval would begin anew with every restart.
    "renew_tokens": {"task": "integrations.tasks.renew_tokens", "schedule": crontab(minute=17, hour="*/6")},
    "trim_runs": {"task": "conversations.tasks.trim_runs", "schedule": 3600.0, "options": {"expires": 600}},
    "prune": {"task": "accounts.tasks.prune", "schedule": 3600.0, "options": {"expires": 600}},
}

# How long things wait, in seconds (docs/architecture.md says why).
DEBOUNCE_SECONDS: float = env.float("DEBOUNCE_SECONDS", default=2.5)
DEBOUNCE_MEDIA_SECONDS: float = env.float("DEBOUNCE_MEDIA_SECONDS", default=6.0)
DEBOUNCE_MAX_SECONDS: float = env.float("DEBOUNCE_MAX_SECONDS", default=8.0)
# After so long without a sign of life a worker counts as dead, and another does what it had begun.
WORKER_LEASE_SECONDS: float = env.float("WORKER_LEASE_SECONDS", default=10.0)
OUTBOX_LEASE_SECONDS: float = env.float("OUTBOX_LEASE_SECONDS", default=30.0)
# A file's look-up and download have ended by then (integrations.outbound, flame.lib.fetching).
FETCH_LEASE_SECONDS: float = env.float("FETCH_LEASE_SECONDS", default=60.0)
OUTBOX_SETTLE_SECONDS: float = env.float("OUTBOX_SETTLE_SECONDS", default=60.0)
# After how many minutes an owner is told by mail of a conversation that was handed over and that nobody took; 0: never.
HANDOFF_NOTICE_MINUTES: int = env.int("HANDOFF_NOTICE_MINUTES", default=10)
EVENTS_KEPT_DAYS: int = env.int("EVENTS_KEPT_DAYS", default=7)
# Platforms repeat a webhook for up to seven days, and a repetition is known by its row.
INBOUND_KEPT_DAYS: int = env.int("INBOUND_KEPT_DAYS", default=30)
# After so many days an assistant's run keeps its figures and its decision, and no longer what it read and wrote.
RUNS_KEPT_DAYS: int = env.int("RUNS_KEPT_DAYS", default=90)

OPENAI_API_KEY: str = env.str("OPENAI_API_KEY", default="")
OPENAI_BASE_URL: str = env.str("OPENAI_BASE_URL", default="")
OPENAI_MODEL: str = env.str("OPENAI_MODEL", default="gpt-5-mini")
OPENAI_EMBEDDING_MODEL: str = env.str("OPENAI_EMBEDDING_MODEL", default="")
# What a model costs per million tokens, in and out: by default OpenAI's list price in USD.
MODEL_PRICES: dict[str, tuple[Decimal, Decimal]] = env.prices(
    "MODEL_PRICES",
    default={"gpt-5-mini": (Decimal("0.25"), Decimal(2)), "text-embedding-3-small": (Decimal("0.02"), Decimal(0))},
)
# In seconds; `total` spans every try of one reply. A customer waits, and so does a worker's thread.
OPENAI_TIMEOUTS = {"connect": 3.0, "first_token": 12.0, "between_chunks": 10.0, "total": 30.0}
# In seconds: all questions of one reply, one batch of a training, and all batches of it.
EMBEDDING_TIMEOUTS = {"connect": 2.0, "question": 2.0, "batch": 20.0, "training": 900.0}

SANDBOX_URL = f"http://127.0.0.1:{PORT}/sandbox"
META_GRAPH_VERSION: str = env.str("META_GRAPH_VERSION", default="v26.0")
META_GRAPH_BASE_URL: str = env.str(
    "META_GRAPH_BASE_URL", default=f"{SANDBOX_URL}/graph" if DEMO else "https://graph.facebook.com"
).rstrip("/")
INSTAGRAM_GRAPH_BASE_URL: str = env.str(
    "INSTAGRAM_GRAPH_BASE_URL", default=f"{SANDBOX_URL}/instagram" if DEMO else "https://graph.instagram.com"
).rstrip("/")
TELEGRAM_API_BASE_URL: str = env.str(
    "TELEGRAM_API_BASE_URL", default=f"{SANDBOX_URL}/telegram" if DEMO else "https://api.telegram.org"
).rstrip("/")

# Where knowledge may be fetched from although it is no public https address, such as an intranet's wiki.
FETCH_TRUSTED_ORIGINS: list[str] = env.list("FETCH_TRUSTED_ORIGINS", default=[])

# The platform values of the environment are defaults; each integration's own credentials win.
PLATFORM_DEFAULTS: dict[str, dict[str, str]] = {
    "whatsapp": {
        "access_token": env.str("WHATSAPP_ACCESS_TOKEN", default=""),
        "phone_number_id": env.str("WHATSAPP_PHONE_ID", default=""),
        "verify_token": env.str("WHATSAPP_WEBHOOK_VERIFY_TOKEN", default=""),
        "app_id": env.str("FACEBOOK_APP_ID", default=""),
        "app_secret": env.str("FACEBOOK_APP_SECRET", default=""),
    },
    "facebook": {
        "page_access_token": env.str("FACEBOOK_ACCESS_TOKEN", default=""),
        "app_id": env.str("FACEBOOK_APP_ID", default=""),
        "app_secret": env.str("FACEBOOK_APP_SECRET", default=""),
        "verify_token": env.str("FACEBOOK_VERIFY_TOKEN", default=""),
    },
    "instagram": {
        "page_access_token": env.str("FACEBOOK_ACCESS_TOKEN", default=""),
        "app_id": env.str("FACEBOOK_APP_ID", default=""),
        "app_secret": env.str("FACEBOOK_APP_SECRET", default=""),
        "verify_token": env.str("FACEBOOK_VERIFY_TOKEN", default=""),
    },
    "telegram": {},
}

CORS_ALLOWED_ORIGINS: list[str] = env.list("CORS_ORIGIN", default=["http://localhost:5173"])
CORS_EXPOSE_HEADERS = [
    "X-Event-Seq",
    "X-Request-ID",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "Idempotency-Replayed",
    "Retry-After",
    "ETag",
    "Content-Disposition",
    "Content-Range",
]
CORS_ALLOW_HEADERS = [*default_headers, "Idempotency-Key", "If-None-Match", "X-Request-ID"]
WS_QUERY_TOKEN: bool = env.bool("WS_QUERY_TOKEN", default=False)

EMAIL_HOST: str = env.str("SMTP_HOST", default="")
EMAIL_PORT: int = env.int("SMTP_PORT", default=587)
EMAIL_HOST_USER: str = env.str("SMTP_USER", default="")
EMAIL_HOST_PASSWORD: str = env.str("SMTP_PASS", default="")
EMAIL_USE_TLS = EMAIL_PORT != 465  # noqa: PLR2004 - the port that speaks TLS from its first byte
EMAIL_USE_SSL = not EMAIL_USE_TLS
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
DEFAULT_FROM_EMAIL: str = env.str("MAIL_FROM", default=EMAIL_HOST_USER or "flame@localhost")

# No inline script, no inline style, nothing from elsewhere; a page that needs more says so beside its view.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

LANGUAGE_CODE = "es"
LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "flame" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static_root"
# In development the files are served from where they lie, and a change shows without a restart.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not PRODUCTION
MEDIA_ROOT: str = env.str("MEDIA_ROOT", default=str(BASE_DIR / "media"))
STORAGES = {
    "default": {
        "BACKEND": env.str("MEDIA_STORAGE", default="django.core.files.storage.FileSystemStorage"),
        "OPTIONS": env.mapping("MEDIA_STORAGE_OPTIONS"),
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# Of a customer's file, which a worker holds in memory while it stores it.
MEDIA_MAX_BYTES: int = env.int("MEDIA_MAX_MB", default=25) * 1024 * 1024

# Per IP for whoever has no token and under /api/auth/, per user for the rest. STRICT counts everything per IP.
RATE_LIMIT_WINDOW_SECONDS: int = env.int("RATE_LIMIT_WINDOW_SECONDS", default=15 * 60)
RATE_LIMIT_ANONYMOUS: int = env.int("RATE_LIMIT_ANONYMOUS", default=100)
RATE_LIMIT_USER: int = env.int("RATE_LIMIT_USER", default=1000)
RATE_LIMIT_GUESSES: int = env.int("RATE_LIMIT_GUESSES", default=5)
RATE_LIMIT_STRICT: bool = env.bool("RATE_LIMIT_STRICT", default=False)
# How many proxies of ours stand in front and append to X-Forwarded-For; 0 counts by the socket's address.
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", default=0)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["flame.lib.json_parser.CleanJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "flame.lib.pagination.PagePagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "flame.lib.errors.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

LOGGING = logging_settings(
    env.one_of("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO"),
    console="json" if PRODUCTION else "plain",
    directory=env.str("LOG_DIR", default=str(BASE_DIR / "logs")) if env.bool("LOG_FILES", default=True) else "",
    secrets=secret_values(env.ENVIRON),
)

if PRODUCTION:
    SECURE_SSL_REDIRECT = PUBLIC_URL.startswith("https://") and env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_SSL_HOST = urlsplit(PUBLIC_URL).netloc
    SECURE_REDIRECT_EXEMPT = [r"^health"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

SILENCED_SYSTEM_CHECKS = [
    "security.W009",  # SECRET_KEY is derived: 256 bits in 44 characters
    "corsheaders.E013",  # flame.E004 says it by the name of the variable
    "corsheaders.E014",
]
ENVIRONMENT_PROBLEMS = env.problems
if ENVIRONMENT_PROBLEMS and sys.argv[1:2] != ["doctor"]:
    raise ImproperlyConfigured(f"Refusing to start in {FLAME_ENV}: {' '.join(ENVIRONMENT_PROBLEMS)}")
