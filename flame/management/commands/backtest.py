"""`manage.py backtest`: ask an assistant, changed as it may become, what customers asked it before."""

import json
import sys
import uuid
from argparse import FileType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistants.models import Assistant
from conversations.backtesting.life import NothingAsked, begin_backtest, claim
from conversations.backtesting.report import answer_payload, answers_of
from conversations.backtesting.work import work_on
from conversations.models import Backtest


class Command(BaseCommand):
    help = "Answer the last conversations anew, with a changed prompt, model or knowledge. Nothing is sent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("assistant", type=uuid.UUID, help="the assistant's id")
        parser.add_argument("--conversations", type=int, default=50, help="the last so many (50)")
        parser.add_argument("--prompt", type=FileType(encoding="utf-8"), help="a file with another ai_prompt")
        parser.add_argument("--model", default="", help="another model")
        parser.add_argument("--knowledge", type=uuid.UUID, help="another version of the knowledge")
        parser.add_argument("--json", action="store_true", help="answer in JSON, with every answer")

    def handle(self, *args: Any, **options: Any) -> None:
        finished = self.run_one(options)
        answers = [answer_payload(run) for run in answers_of(finished)]
        if options["json"]:
            self.stdout.write(json.dumps({"id": str(finished.pk), "report": finished.report, "answers": answers}))
        else:
            self.show(finished, answers)
        if finished.status != Backtest.Status.DONE:
            raise CommandError(f"The backtest did not end: {finished.error or 'it runs elsewhere'}.")

    def run_one(self, options: dict[str, Any]) -> Backtest:
        assistant = Assistant.objects.filter(pk=options["assistant"]).first()
        if assistant is None:
            raise CommandError(f"There is no assistant {options['assistant']}.")
        version = assistant.versions.filter(pk=options["knowledge"]).first() if options["knowledge"] else None
        if options["knowledge"] and version is None:
            raise CommandError(f"The assistant has no version {options['knowledge']}.")
        prompt = options["prompt"].read() if options["prompt"] else None
        try:
            begun = begin_backtest(
                assistant, options["conversations"], ai_prompt=prompt, model=options["model"], version=version
            )
        except NothingAsked:
            raise CommandError("No customer has asked this assistant anything yet.") from None
        claimed = claim(begun.pk)
        if claimed is not None:
            work_on(claimed, self.progress)
        return Backtest.objects.get(pk=begun.pk)

    def progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done}/{total}", ending="\n" if done == total else "")

    def show(self, finished: Backtest, answers: list[dict[str, Any]]) -> None:
        for answer in answers:
            self.stdout.write(f"\n{'≠' if answer['differs'] else '='} {answer['question']}")
            if answer["differs"]:
                self.stdout.write(f"  then ({answer['said']['by']}): {answer['said']['text']}")
            self.stdout.write(f"  now ({answer['engine']}, {answer['decision']}): {answer['text']}")
        self.stdout.write("\n" + ", ".join(f"{name} {value}" for name, value in (finished.report or {}).items()))
