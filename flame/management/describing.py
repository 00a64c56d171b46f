"""Writing what the project says of itself to docs/, and finding out when it no longer does."""

import json
from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from drf_spectacular.renderers import OpenApiYamlRenderer


class DescribingCommand(BaseCommand):
    document: ClassVar[str]
    describe: ClassVar[Callable[[], bytes]]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing, and fail if something would be written"
        )
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        path, written = settings.BASE_DIR / self.document, type(self).describe()
        is_current = path.exists() and path.read_bytes() == written
        if check and not is_current:
            command = type(self).__module__.rpartition(".")[2]
            raise CommandError(f"{self.document} is not what the API says of itself; run `python manage.py {command}`.")
        if not is_current:
            path.write_bytes(written)
        if options["json"]:
            self.stdout.write(json.dumps({"file": self.document, "changed": not is_current}))
        else:
            self.stdout.write(f"{self.document} is {'as it was' if is_current else 'written'}.")


def yaml_of(description: dict[str, Any]) -> bytes:
    written: bytes = OpenApiYamlRenderer().render(description)  # type: ignore[no-untyped-call]  # theirs
    return written
