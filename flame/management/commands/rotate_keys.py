"""`manage.py rotate_keys`: encrypt what is stored with the first of FIELD_KEYS. Again: nothing to do."""

import json
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser

from flame.lib.key_rotation import encrypted_columns, rotate


class Command(BaseCommand):
    help = "Encrypt stored secrets with the first of FIELD_KEYS; afterwards the others can go."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        columns = encrypted_columns(apps.get_models())
        done = {f"{model._meta.db_table}.{name}": rotate(model, name) for model, name in columns}  # noqa: SLF001 - Django's documented API
        if options["json"]:
            told = {column: vars(rotation) for column, rotation in done.items()}
            self.stdout.write(json.dumps(told))
        else:
            for column, rotation in done.items():
                self.stdout.write(f"{column}: {rotation.rotated} written anew, {rotation.current} as they were.")
        lost = [f"{column} of {pk}" for column, rotation in done.items() for pk in rotation.unreadable]
        if lost:
            raise CommandError(f"None of FIELD_KEYS opens {', '.join(lost)}; put the key back that wrote them.")
