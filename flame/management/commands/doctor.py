"""`manage.py doctor`: a sentence for each variable that is mis-set: which, why, and the fix."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from flame.diagnosis import diagnose


class Command(BaseCommand):
    help = "Say which variables are mis-set, why, and the fix. Ends with 1 if anything cannot work."
    requires_system_checks = []  # it reports them itself

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = diagnose()
        errors = sum(finding.level == "error" for finding in findings)
        if options["json"]:
            told = {"ok": not errors, "findings": [asdict(finding) for finding in findings]}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            for finding in findings:
                style = self.style.ERROR if finding.level == "error" else self.style.WARNING
                self.stdout.write(f"{style(finding.level)}: {finding.problem} {finding.fix}".rstrip())
            if not findings:
                self.stdout.write("All is well.")
        if errors:
            sys.exit(1)
