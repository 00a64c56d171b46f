"""`manage.py prune`: forget what is past its time, as beat has it done every hour. Again: nothing to do."""

import json
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

import accounts.tasks
import conversations.tasks
import integrations.tasks

PRUNERS: dict[str, Callable[[], int]] = {
    "accounts": accounts.tasks.prune,
    "conversations": conversations.tasks.trim_runs,
    "integrations": integrations.tasks.prune,
}


class Command(BaseCommand):
    help = (
        "Forget what is past its time: events, settled webhooks, keys, links, sign-ins that ended, texts of old runs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        deleted = {app: prune() for app, prune in PRUNERS.items()}
        if options["json"]:
            self.stdout.write(json.dumps(deleted))
        else:
            for app, count in deleted.items():
                self.stdout.write(f"{app}: {count} rows deleted or trimmed.")
