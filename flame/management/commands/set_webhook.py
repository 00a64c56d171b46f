"""`manage.py set_webhook`: have the platforms send to where PUBLIC_URL says now. Again: the same."""

import json
import uuid
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import Http404

from accounts.stream import SYSTEM
from flame.lib.errors import Problem
from integrations.api.connections import bring_up
from integrations.models import Integration


class Command(BaseCommand):
    help = "Connect integrations anew, so that their platforms send events to PUBLIC_URL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ids", nargs="*", type=uuid.UUID, help="integrations")
        parser.add_argument("--all", action="store_true", help="every one that is connected")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, ids: list[uuid.UUID], **options: Any) -> None:
        if bool(ids) == options["all"]:
            raise CommandError("Say which: ids of integrations, or --all.")
        wanted = Integration.objects.connected() if options["all"] else Integration.objects.filter(pk__in=ids)
        found = list(wanted.order_by("created_at", "pk"))
        if missing := {*ids} - {each.pk for each in found}:
            raise CommandError(f"There is no integration {', '.join(sorted(map(str, missing)))}.")
        told = [set_webhook(each) for each in found]
        failed = [each for each in told if each["error"]]
        if options["json"]:
            self.stdout.write(json.dumps({"integrations": told}, ensure_ascii=False))
        else:
            for each in told:
                self.stdout.write(f"{each['name']}: {each['error'] or each['webhook_url']}")
        if failed:
            raise CommandError(f"{len(failed)} of {len(told)} could not be connected to {settings.PUBLIC_URL}.")


def set_webhook(integration: Integration) -> dict[str, Any]:
    error = ""
    try:
        bring_up(integration, SYSTEM)
    except Problem as problem:
        error = str(problem.detail)
    except Http404:
        error = "It was deleted meanwhile."
    return {
        "id": str(integration.pk),
        "name": str(integration),
        "webhook_url": integration.webhook_address(),
        "error": error,
    }
