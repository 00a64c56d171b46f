"""What comes of each kind of webhook, on each platform: docs/platforms.md, made of the contract suite's fixtures.

`python -m integrations.tests.kinds` writes it anew.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from integrations.fixtures import fixtures_of
from integrations.registry import PLATFORMS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "platforms.md"
TITLES = {"whatsapp": "WhatsApp", "facebook": "Messenger", "instagram": "Instagram", "telegram": "Telegram"}
SECTIONS = {
    "InboundMessage": "What customers write",
    "Reaction": "What happens to a message later",
    "Edit": "What happens to a message later",
    "Deletion": "What happens to a message later",
    "StatusUpdate": "What becomes of ours",
    "Echo": "What the business writes elsewhere",
    "ContactChange": "Who the customer is",
    "Reachability": "Who the customer is",
    "AccountBlocked": "What puts the account into error",
    "Ignored": "What is kept for the staff and changes nothing",
}
HEAD = """# Kinds of webhooks, and what comes of them

Made of the fixtures that the contract suite holds every adapter to (`integrations/platforms/*/fixtures`), by
`python -m integrations.tests.kinds`; a test fails when it is out of date. A row is a fixture's name. What a customer
wrote is shown with the text that people read, and with ➜ where an assistant may answer. A dash: no such fixture.
"""
Event = dict[str, Any]
Cases = dict[str, dict[str, list[Event]]]


def cases() -> Cases:
    """Platform → fixture → the events that it says."""
    found: Cases = {}
    for name in PLATFORMS:
        paths = fixtures_of(name).glob("[!_]*.json")
        read = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}
        found[name] = {case: fixture["events"] for case, fixture in sorted(read.items())}
    return found


def told(event: Event) -> str:
    """One event in a few words."""
    tell = TOLD.get(event["event"])
    return tell(event) if tell else str(event["event"]).lower()


def quoted(text: str) -> str:
    line = " ".join(text.split()).replace("|", "\\|")
    return f"“{line if len(line) <= 40 else line[:39] + '…'}”"


def written(event: Event) -> str:
    answers = event["event"] == "InboundMessage" and event.get("wants_answer", True)
    return f"{event.get('type', 'text')}: {quoted(event['text'])}{' ➜' if answers else ''}"


def receipt(event: Event) -> str:
    failed = event.get("error") or {}
    return f"{event['status']} ({failed['class']})" if failed else str(event["status"])


TOLD: dict[str, Callable[[Event], str]] = {
    "InboundMessage": written,
    "Echo": written,
    "StatusUpdate": receipt,
    "Edit": lambda event: f"edit: {quoted(event['text'])}",
    "Reaction": lambda event: f"reaction {event['emoji']}" if event["emoji"] else "reaction taken away",
    "AccountBlocked": lambda _: "the owner is told",
    "ContactChange": lambda _: "the thread goes along",
    "Reachability": lambda event: "reachable" if event["reachable"] else "unreachable",
}


def sections(found: Cases) -> dict[str, list[str]]:
    """Title → its fixtures; one that stands for several kinds is where the first of its events belongs."""
    titled: dict[str, list[str]] = {title: [] for title in dict.fromkeys(SECTIONS.values())}
    for case in sorted({case for platform in found.values() for case in platform}):
        first = next(platform[case][0]["event"] for platform in found.values() if platform.get(case))
        titled[SECTIONS[first]].append(case)
    return titled


def page() -> str:
    return "\n".join([HEAD, *lines(cases())]) + "\n"


def lines(found: Cases) -> Iterator[str]:
    for title, names in sections(found).items():
        if not names:
            continue
        yield f"## {title}\n"
        yield f"| | {' | '.join(TITLES.get(name, name) for name in found)} |"
        yield "|" + "---|" * (len(found) + 1)
        for case in names:
            cells = ["; ".join(map(told, platform[case])) if case in platform else "–" for platform in found.values()]
            yield f"| {case.replace('_', ' ')} | {' | '.join(cells)} |"
        yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
