"""What is mis-set, why, and the fix: what settings and system checks say, and what only asking around can tell."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import requests
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from assistants.models import KnowledgeVersion
from assistants.registry import embedding_model
from flame.reachability import database_trouble, redis_trouble, waiting_migrations
from integrations import subscriptions
from integrations.models import Integration

NEW_SECRET = "openssl rand -base64 48"  # noqa: S105 - how to make one
OPENAI_URL = "https://api.openai.com/v1"
OPENAI_SECONDS = 5


@dataclass(frozen=True)
class Finding:
    """`fix` may be empty when the problem names it."""

    level: Literal["error", "warning"]
    variable: str
    problem: str
    fix: str = ""


def diagnose() -> list[Finding]:
    told = [*unreadable(), *contradictions()]
    wrong = {finding.variable for finding in told if finding.level == "error"}
    asked = [*database(), *redis(), *storage(), *port(), *model()]
    if "error" not in {finding.level for finding in asked if finding.variable in ("DATABASE_URL", "FIELD_KEYS")}:
        asked += [*webhooks(), *embeddings()]
    return told + [finding for finding in asked if finding.variable not in wrong]


def unreadable() -> Iterator[Finding]:
    """What settings refused to start with."""
    for problem in settings.ENVIRONMENT_PROBLEMS:
        variable = problem.split()[0]
        fix = f"Make one with `{NEW_SECRET}`." if variable.startswith("JWT_") else ""
        yield Finding("error", variable, problem, fix)


def contradictions() -> Iterator[Finding]:
    for message in checks.run_checks(include_deployment_checks=settings.PRODUCTION):
        if not message.is_silenced() and (message.is_serious() or message.obj):
            level: Literal["error", "warning"] = "error" if message.is_serious() else "warning"
            yield Finding(level, str(message.obj or message.id), message.msg, message.hint or "")


def database() -> Iterator[Finding]:
    if trouble := database_trouble():
        fix = "Start the database, or correct address, user, password or name."
        yield Finding("error", "DATABASE_URL", f"DATABASE_URL names a database that does not answer: {trouble}.", fix)
    elif waiting := waiting_migrations():
        problem = f"DATABASE_URL names a database without {len(waiting)} migrations, {waiting[0]} the first."
        yield Finding("error", "DATABASE_URL", problem, "Run `python manage.py migrate`.")
    else:
        yield from credentials()


def credentials() -> Iterator[Finding]:
    try:
        for _ in Integration.objects.values_list("credentials").iterator():
            pass
    except ImproperlyConfigured:
        problem = "FIELD_KEYS does not open a credential that is stored."
        fix = "Append the key that was in force before, or restore the JWT_SECRET that it was derived from."
        yield Finding("error", "FIELD_KEYS", problem, fix)


def redis() -> Iterator[Finding]:
    if settings.REDIS_URL and (trouble := redis_trouble(settings.REDIS_URL)):
        fix = "Start Redis, correct the address, or unset it to run everything in one process."
        yield Finding("error", "REDIS_URL", f"REDIS_URL names a server that does not answer: {trouble}.", fix)


def storage() -> Iterator[Finding]:
    """Files of messages: by writing one, for only that tells."""
    try:
        default_storage.delete(default_storage.save("doctor", ContentFile(b"well")))
    except Exception as error:  # noqa: BLE001 - each storage has its own exceptions
        in_folder = settings.STORAGES["default"]["BACKEND"].endswith("FileSystemStorage")
        variable = "MEDIA_ROOT" if in_folder else "MEDIA_STORAGE"
        problem = f"{variable} names a storage that takes no file ({type(error).__name__})."
        yield Finding("error", variable, problem, "Let this user write there, or name another one.")


def port() -> Iterator[Finding]:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", settings.PORT))
        except OSError as error:
            problem = f"PORT is {settings.PORT}, which cannot be listened on: {error.strerror}."
            yield Finding("warning", "PORT", problem, "Fine if this server runs already; else choose another.")


def webhooks() -> Iterator[Finding]:
    """The three layers by which Meta's webhooks come to us, of each connected account. The demo's Meta is ourselves."""
    if settings.META_GRAPH_BASE_URL.startswith(settings.SANDBOX_URL):
        return
    for gap in subscriptions.gaps():
        yield Finding("error" if gap.certain else "warning", f"integration {gap.integration.pk}", gap.problem, gap.fix)


def embeddings() -> Iterator[Finding]:
    """Vectors of two models cannot be compared, so what was learnt with another one finds by words alone."""
    wanted = embedding_model()
    if settings.OPENAI_EMBEDDING_MODEL and not wanted:
        problem = "OPENAI_EMBEDDING_MODEL is set and OPENAI_API_KEY is not: nothing is embedded."
        yield Finding("warning", "OPENAI_EMBEDDING_MODEL", problem, "Set the key too, or neither.")
    learnt = KnowledgeVersion.objects.filter(published=True).values_list("report__embeddings__model", flat=True)
    behind = sum(name != wanted for name in learnt) if wanted else 0
    if behind:
        problem = f"OPENAI_EMBEDDING_MODEL is {wanted}, and {behind} assistants were trained without it."
        yield Finding("warning", "OPENAI_EMBEDDING_MODEL", problem, "Train them (`manage.py train <assistant>`).")


def model() -> Iterator[Finding]:
    if not settings.OPENAI_API_KEY:
        return
    url = settings.OPENAI_BASE_URL or OPENAI_URL
    headers = {"Authorization": f"Bearer {settings.OPENAI_API_KEY}"}
    try:
        response = requests.get(f"{url.rstrip('/')}/models", headers=headers, timeout=OPENAI_SECONDS)
    except requests.RequestException as error:
        problem = f"OPENAI_BASE_URL does not answer ({type(error).__name__})."
        yield Finding("warning", "OPENAI_BASE_URL", problem, f"Check that this machine reaches {url}.")
        return
    if response.status_code in {401, 403}:
        problem = f"OPENAI_API_KEY is refused with {response.status_code}."
        yield Finding("error", "OPENAI_API_KEY", problem, "Set a key that is in force, or unset it.")
