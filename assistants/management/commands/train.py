"""`manage.py train <assistant>`: learn from its sources here and now, with progress; ends with 1 unless published."""

import json
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistants.knowledge.problems import sentence
from assistants.models import Assistant, TrainingRun
from assistants.payloads import training_payload
from assistants.training.work import train_now


class Command(BaseCommand):
    help = "Train an assistant in this process and say how it went."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("assistant", help="its id, or its name where no other has it")
        parser.add_argument("--json", action="store_true", help="answer with the run as REST shows it")

    def handle(self, *args: Any, **options: Any) -> None:
        run = train_now(named(options["assistant"]))
        if options["json"]:
            self.stdout.write(json.dumps(training_payload(run), ensure_ascii=False, indent=2))
        else:
            self.tell(run)
        if run.status != TrainingRun.Status.PUBLISHED:
            raise CommandError(f"The training ended as {run.status}.")

    def tell(self, run: TrainingRun) -> None:
        report = run.report or {}
        for name in ("passages", "recall_at_5", "mrr", "answered_percent", "wrong_percent"):
            if report.get(name) is not None:
                self.stdout.write(f"{name}: {report[name]}")
        if made := report.get("embeddings"):
            self.stdout.write(sentence(made["problem"]) or f"embeddings_used: {made['used']}")
        for failed in report.get("sources", {}).get("failed", []):
            self.stdout.write(f"{failed['title']}: {sentence(failed)}")
        for reason in [*report.get("reasons", []), *([run.error] if run.error else [])]:
            self.stdout.write(str(sentence(reason)))


def named(text: str) -> Assistant:
    """Raises CommandError."""
    try:
        found = Assistant.objects.filter(pk=uuid.UUID(text))
    except (ValueError, ValidationError):
        found = Assistant.objects.filter(name=text)
    if len(found[:2]) != 1:
        raise CommandError(f"{len(found)} assistants are called {text!r}." if found else f"No assistant is {text!r}.")
    return found[0]
