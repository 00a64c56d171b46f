"""`manage.py run`: everything in one process, or one role of several processes."""

import os
import sys
from argparse import ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.demo import DEMO_LOGIN, DEMO_PASSWORD
from flame.asgi import application
from flame.celery import app
from flame.process import ROLES, Process
from flame.reachability import database_trouble, waiting_migrations
from flame.serving import CannotListen, WebServer

MAX_PORT = 65535
QUESTION = "¿A qué hora abren?"


class Command(BaseCommand):
    help = "Serve the API and the pages, work off the queue and ring the clock."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--role", choices=("all", *ROLES), default="all", help="default: all in this process")
        parser.add_argument("--host", default="0.0.0.0" if settings.PRODUCTION else "127.0.0.1")  # noqa: S104 - a container's outside
        parser.add_argument("--port", type=port_number, default=settings.PORT, help="default: PORT, else 3000")

    def handle(self, *args: Any, role: str, host: str, port: int, **options: Any) -> None:
        if role != "all" and not settings.REDIS_URL:
            raise CommandError(f"--role {role} needs REDIS_URL: without it the queue lives inside one process.")
        if port != settings.PORT:
            # Settings make URLs of PORT, the sandbox's among them: begin again with the one that was asked for.
            os.environ["PORT"] = str(port)
            os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - this very command
        refuse_an_old_database()
        roles = ROLES if role == "all" else (role,)
        server = WebServer(application, host, port) if "web" in roles else None

        def announce(worker_is_ready: bool) -> None:
            self.stdout.write(ready_text(roles, host, port))
            if not worker_is_ready:
                self.stdout.write("The queue does not answer yet: messages are stored, and worked off when it does.")
            self.stdout.flush()

        process = Process(app, roles, server, announce)
        try:
            process.run()
        except CannotListen as error:
            raise CommandError(
                f"Cannot listen on {host}:{port}: {error}. Choose another with --port or PORT."
            ) from error
        if process.failed:
            raise CommandError("A part of the process failed; the log above says why.")


def port_number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= MAX_PORT:
        raise ArgumentTypeError(f"{text!r} is no port; it takes 1 to {MAX_PORT}")
    return int(text)


def refuse_an_old_database() -> None:
    if trouble := database_trouble():
        raise CommandError(f"The database does not answer: {trouble}.")
    waiting = waiting_migrations()
    if waiting:
        raise CommandError(f"{len(waiting)} migrations are not applied; run `python manage.py migrate` first.")


def ready_text(roles: tuple[str, ...], host: str, port: int) -> str:
    if "web" not in roles:
        return f"FLAME Assistant ({', '.join(roles)}) is ready."
    shown = "localhost" if host in {"0.0.0.0", "127.0.0.1", "::"} else host  # noqa: S104 - compared, not bound
    lines = [f"FLAME Assistant is ready: http://{shown}:{port}/"]
    if settings.DEMO:
        lines += [
            f"  Sign in as {DEMO_LOGIN} with {DEMO_PASSWORD}. Then be a customer, from another terminal:",
            f'  .venv/bin/python manage.py simulate whatsapp +5215550001111 "{QUESTION}"',
        ]
    return "\n".join(lines)
