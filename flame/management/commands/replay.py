"""`manage.py replay`: let dead letters wait again. They keep their keys: nothing is doubled. Again: nothing to do."""

import json
import uuid
from argparse import ArgumentTypeError
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from flame.lib.doorbell import ring_on_commit
from integrations.actions import replay
from integrations.models import InboundEvent, Integration
from integrations.tasks import receive

State = InboundEvent.State


class Command(BaseCommand):
    help = "Let dead inbound events wait again: some by number, all of an integration, or simply all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ids", nargs="*", type=int, help="numbers of events, as the admin lists them")
        parser.add_argument("--integration", type=uuid.UUID, help="the events of this integration's account")
        parser.add_argument("--all", action="store_true", help="the events of every account")
        parser.add_argument("--since", type=moment, help="only those received since, as in 2026-03-01T09:00 (UTC)")
        parser.add_argument("--ignored", action="store_true", help="the ignored too, not only the dead")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        states = [State.DEAD, State.IGNORED] if options["ignored"] else [State.DEAD]
        events = chosen(**options).filter(state__in=states)
        if options["since"]:
            events = events.filter(received_at__gte=options["since"])
        count = replay(events)
        ring_on_commit(receive)
        self.stdout.write(json.dumps({"replayed": count}) if options["json"] else f"{count} events wait again.")


def chosen(*, ids: list[int], integration: uuid.UUID | None, all: bool, **_options: Any) -> QuerySet[InboundEvent]:  # noqa: A002 - the option's name
    """Raises CommandError for what does not exist, and unless exactly one way to choose was taken."""
    if [bool(ids), integration is not None, all].count(True) != 1:
        raise CommandError("Say which: numbers of events, --integration, or --all.")
    if integration is not None:
        account = Integration.objects.filter(pk=integration).first()
        if account is None:
            raise CommandError(f"There is no integration {integration}.")
        return InboundEvent.objects.filter(platform=account.platform, account_key=account.account_key)
    if missing := sorted({*ids} - {*InboundEvent.objects.filter(pk__in=ids).values_list("pk", flat=True)}):
        raise CommandError(f"There is no event {', '.join(map(str, missing))}.")
    return InboundEvent.objects.filter(pk__in=ids) if ids else InboundEvent.objects.all()


def moment(text: str) -> datetime:
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no time, as in 2026-03-01T09:00") from None
    return given if given.tzinfo else given.replace(tzinfo=UTC)
