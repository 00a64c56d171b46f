"""`manage.py export_openapi`: write what the API says of itself to docs/openapi.yaml. Again: nothing new."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from drf_spectacular.renderers import OpenApiYamlRenderer

from flame.lib.openapi import EnglishGenerator

DOCUMENT = "docs/openapi.yaml"


class Command(BaseCommand):
    help = f"Write {DOCUMENT}, the description of the REST API."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing, and fail if something would be written"
        )
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        path = settings.BASE_DIR / DOCUMENT
        written = yaml_of(EnglishGenerator().get_schema(public=True))  # type: ignore[no-untyped-call]  # theirs
        is_current = path.exists() and path.read_bytes() == written
        if check and not is_current:
            raise CommandError(f"{DOCUMENT} is not what the API says of itself; run `python manage.py export_openapi`.")
        if not is_current:
            path.write_bytes(written)
        if options["json"]:
            self.stdout.write(json.dumps({"file": DOCUMENT, "changed": not is_current}))
        else:
            self.stdout.write(f"{DOCUMENT} is {'as it was' if is_current else 'written'}.")


def yaml_of(schema: dict[str, Any]) -> bytes:
    written: bytes = OpenApiYamlRenderer().render(schema)  # type: ignore[no-untyped-call]  # theirs
    return written
