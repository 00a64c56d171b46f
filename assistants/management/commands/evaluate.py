"""`manage.py evaluate [set …]`: how well the engine without a model answers questions whose right answers are known."""

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from assistants.evaluation.asking import ask_all
from assistants.evaluation.scoring import Figures, Outcome
from assistants.evaluation.sets import PARTS, load, names
from assistants.evaluation.targets import missed

COLUMNS = (
    ("asked", "answerable"),
    ("recall@5", "recall@5"),
    ("MRR", "mrr"),
    ("right", "answered_right"),
    ("wrong", "answered_wrong"),
    ("choices", "choices"),
    ("of them right", "right_among_choices"),
    ("off-topic", "off_topic"),
    ("wrong on it", "wrong_on_off_topic"),
    ("near misses", "near_miss"),
    ("wrong on them", "wrong_on_near_miss"),
)


class Command(BaseCommand):
    help = "Ask the evaluation sets and print recall, answers, refusals and choices. Ends with 1 if a target is missed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("sets", nargs="*", metavar="set", help=f"any of {', '.join(names())}; all without")
        parser.add_argument("--part", choices=PARTS, default="held_back", help="held_back chose no constant (default)")
        parser.add_argument("--json", action="store_true", help="answer in JSON")
        parser.add_argument("--failures", action="store_true", help="name each question that went wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = options["sets"] or names()
        unknown = sorted(set(chosen) - set(names()))
        if unknown:
            self.stderr.write(f"There is no set {', '.join(unknown)}. There are: {', '.join(names())}.")
            sys.exit(2)
        outcomes = [outcome for name in chosen for outcome in ask_all(load(name), options["part"])]
        report = _report(outcomes)
        problems = missed(report["all"]["all"])
        if options["json"]:
            told = {"part": options["part"], "figures": report, "missed": problems}
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
        else:
            self._print(report, problems)
        if options["failures"]:
            self._name(outcomes)
        if problems:
            sys.exit(1)

    def _print(self, report: dict[str, dict[str, dict[str, Any]]], problems: Iterable[str]) -> None:
        width = max(len(f"{by} {name}") for by, groups in report.items() for name in groups)
        self.stdout.write(" " * width + "".join(f"{title:>15}" for title, _ in COLUMNS))
        for by, groups in report.items():
            for name, figures in groups.items():
                cells = "".join(f"{_cell(figures.get(key)):>15}" for _, key in COLUMNS)
                self.stdout.write(f"{f'{by} {name}':<{width}}{cells}")
        for problem in problems:
            self.stdout.write(self.style.ERROR(problem))

    def _name(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            if outcome.failed:
                asked = " / ".join(outcome.question.ask)
                line = f"{outcome.business}: {outcome.verdict} on {outcome.question.kind}: {asked} → {outcome.said}"
                self.stdout.write(line.replace("\n", " "))


def _report(outcomes: list[Outcome]) -> dict[str, dict[str, dict[str, Any]]]:
    by: dict[str, Callable[[Outcome], str]] = {
        "all": lambda _: "all",
        "set": lambda outcome: outcome.business,
        "language": lambda outcome: outcome.question.language,
        "style": lambda outcome: outcome.question.style,
    }
    return {title: _grouped(outcomes, key) for title, key in by.items()}


def _grouped(outcomes: list[Outcome], key: Callable[[Outcome], str]) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[key(outcome)].append(outcome)
    return {name: Figures(each).as_dict() for name, each in groups.items()}


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
