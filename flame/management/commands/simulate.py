"""`manage.py simulate whatsapp +5215550001111 "¿A qué hora abren?"`: be a customer of the running demo."""

import json
import time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from integrations.sandbox.client import Client, SandboxAbsent, SandboxError
from integrations.sandbox.troubles import TROUBLES, Trouble

POLL_SECONDS = 0.2
TICKS = {"sent": "✓ sent", "delivered": "✓✓ delivered", "read": "✓✓ read", "failed": "✗ failed"}
OK = 200
NONE = Trouble("all goes well")


class Command(BaseCommand):
    help = "Write to the running demo server as a customer, and watch the conversation on their phone."
    requires_system_checks: list[str] = []  # it talks to a server and needs nothing else of this project

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("platform", help="whatsapp, facebook, instagram or telegram")
        parser.add_argument("contact", help="the customer's phone number, or the platform's id of them")
        parser.add_argument("text", help="what they write; {n} counts up with --count")
        parser.add_argument("--url", default=f"http://127.0.0.1:{settings.PORT}", help="default: this machine at PORT")
        parser.add_argument("--account", default="", help="default: the first connected one of the platform")
        parser.add_argument("--name", default="", help="the customer's name")
        parser.add_argument("--count", type=int, default=1, help="how many messages they write")
        parser.add_argument("--every", type=float, default=0.0, help="seconds between them")
        parser.add_argument("--wait", type=float, default=15.0, help="seconds to wait for the reply")
        troubles = "; ".join(f"{name}: {trouble.says}" for name, trouble in TROUBLES.items())
        parser.add_argument("--chaos", choices=TROUBLES, metavar="TROUBLE", help=troubles)
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        base = options["url"].rstrip("/")
        client = Client(base if urlsplit(base).path.endswith("/sandbox") else f"{base}/sandbox")
        try:
            phone = Phone(self, client, options)
            phone.write_and_watch()
        except SandboxAbsent:
            raise CommandError(
                f"No demo server answers at {base}: start it with `python manage.py run`, or name it with --url."
            ) from None
        except SandboxError as error:
            raise CommandError(str(error)) from None
        finally:
            client.close()
        if options["json"]:
            self.stdout.write(json.dumps(phone.report(), ensure_ascii=False, indent=2))
        phone.complain()


class Phone:
    """The customer's phone from now on: what they write, what comes back, and its ticks."""

    def __init__(self, command: Command, client: Client, options: dict[str, Any]) -> None:
        self.command, self.client, self.options = command, client, options
        self.platform, self.contact = options["platform"], options["contact"].removeprefix("+")
        if not self.contact.replace(".", "").isalnum():
            raise CommandError(f"{self.contact!r} is neither a phone number nor an id of a customer.")
        self.account_key = options["account"] or self.first_account()
        self.earlier = {line["id"] for line in self.chat()["lines"]}
        self.lines: list[dict[str, Any]] = []
        self.receipts = True

    def first_account(self) -> str:
        accounts = self.client.accounts()
        found = next((account["account_key"] for account in accounts if account["platform"] == self.platform), "")
        if not found:
            there = ", ".join(sorted({account["platform"] for account in accounts})) or "none"
            raise CommandError(f"No connected account of the platform {self.platform!r}; connected: {there}.")
        return found

    def chat(self) -> dict[str, Any]:
        return self.client.chat(self.platform, self.account_key, self.contact)

    def write_and_watch(self) -> None:
        trouble = TROUBLES.get(self.options["chaos"], NONE)
        if trouble.rule:
            where = {"platform": self.platform, "account_key": self.account_key, "contact": self.contact}
            self.client.add_trouble(self.options["chaos"], **where)
        if trouble.inbound:
            self.write(self.options["text"], count=max(self.options["count"], trouble.count), **trouble.inbound)
        else:
            self.write_in_turn()
        deadline = time.monotonic() + self.options["wait"]
        while not self.is_settled() and time.monotonic() < deadline:
            self.watch_for(POLL_SECONDS)

    def write_in_turn(self) -> None:
        for number in range(1, self.options["count"] + 1):
            self.write(self.options["text"].replace("{n}", str(number)))
            self.watch_for(self.options["every"])

    def write(self, text: str, **order: Any) -> None:
        order |= {"account_key": self.account_key, "name": self.options["name"]}
        messages = self.client.write(self.platform, self.contact, text, **order)
        status = next((status for each in messages for status in each["statuses"] if status != OK), OK)
        if status != OK:
            said = f"answered the webhook with {status}" if status else "did not answer the webhook"
            raise CommandError(f"The server {said}; its log says why.")

    def watch_for(self, seconds: float) -> None:
        """Look at the phone until the time is over, at least once."""
        deadline = time.monotonic() + seconds
        while True:
            self.look()
            if time.monotonic() >= deadline:
                return
            time.sleep(min(POLL_SECONDS, seconds))

    def look(self) -> None:
        """Show what is new since the last look: lines, and ticks of lines that were there."""
        chat = self.chat()
        known = {line["id"]: line["status"] for line in self.lines}
        self.lines = [line for line in chat["lines"] if line["id"] not in self.earlier]
        self.receipts = chat["receipts"]
        for line in self.lines:
            if line["id"] not in known:
                self.say(f"{self.contact if line['direction'] == 'in' else 'reply'}: {line['text']}")
            if line["direction"] == "out" and line["status"] != known.get(line["id"], ""):
                self.say(f"  {TICKS[line['status']]}")

    def say(self, text: str) -> None:
        if not self.options["json"]:
            self.command.stdout.write(f"{time.strftime('%H:%M:%S')}  {text}")
            self.command.stdout.flush()

    def replies(self) -> list[dict[str, Any]]:
        """What came after the last thing that the customer wrote."""
        last = max((index for index, line in enumerate(self.lines) if line["direction"] == "in"), default=-1)
        return self.lines[last + 1 :]

    def is_settled(self) -> bool:
        final = {"read", "failed"} if self.receipts else {"sent", "failed"}
        replies = self.replies()
        return bool(replies) and all(line["status"] in final for line in replies)

    def report(self) -> dict[str, Any]:
        where = {"platform": self.platform, "account_key": self.account_key, "contact": self.contact}
        return {**where, "replied": bool(self.replies()), "lines": self.lines}

    def complain(self) -> None:
        replies = self.replies()
        if not replies:
            raise CommandError(f"No reply came within {self.options['wait']:g} seconds.")
        if any(line["status"] == "failed" for line in replies):
            raise CommandError("The reply was not delivered.")
