"""`manage.py seed`: the demo's people, assistants and platform accounts. Again: nothing new."""

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import Model

from accounts.demo import DEMO_PASSWORD, create_demo_users
from assistants.demo import create_demo_assistants, train_demo
from assistants.models import Assistant
from integrations.demo import create_demo_integrations


class Command(BaseCommand):
    help = "Create what the demo needs; what is there already stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-demo", action="store_true", help="outside demo mode, do nothing instead of refusing")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            if options["if_demo"]:
                return
            raise CommandError("Demo data is for demo mode only (FLAME_DEMO=1, which production refuses).")
        rows = seed()
        train_demo(Assistant.objects.get(pk=next(row["id"] for row in rows if row["kind"] == "assistant")))
        if options["json"]:
            self.stdout.write(json.dumps({"password": DEMO_PASSWORD, "rows": rows}, ensure_ascii=False))
            return
        new = [row for row in rows if row["created"]]
        for row in new:
            self.stdout.write(f"Created {row['kind']} {row['name']}.")
        if len(new) < len(rows):
            self.stdout.write(f"Found {len(rows) - len(new)} of the demo's {len(rows)} rows.")


@transaction.atomic
def seed() -> list[dict[str, Any]]:
    users = create_demo_users()
    owner, _ = users[0]
    known = set(Assistant.objects.filter(user=owner).values_list("pk", flat=True))
    assistants = [(assistant, assistant.pk not in known) for assistant in create_demo_assistants(owner)]
    integrations = create_demo_integrations(owner, assistants[0][0])
    made: list[tuple[str, Sequence[tuple[Model, bool]]]] = [
        ("user", users),
        ("assistant", assistants),
        ("integration", integrations),
    ]
    return [
        {"kind": kind, "id": str(thing.pk), "name": str(thing), "created": is_new}
        for kind, pairs in made
        for thing, is_new in pairs
    ]
