"""Businesses with what they know and what their customers ask, and what must be answered to it.

A file holds `sources` (as `KnowledgeSource` keeps them, with a key) and two lists of questions: `chosen_on`, by which
constants may be chosen, and `held_back`, by which none was.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from assistants.demo import DEMO_FAQ, TITLES
from assistants.knowledge.chunks import Material

SETS = Path(__file__).parent / "sets"
PARTS = ("chosen_on", "held_back")

Kind = Literal["answerable", "off_topic", "near_miss"]


@dataclass(frozen=True)
class Fact:
    """Words that only the right passage of a source has."""

    source: str
    says: str


@dataclass(frozen=True)
class Question:
    ask: tuple[str, ...]
    """The messages of one burst."""
    language: str
    kind: Kind
    style: str
    """`plain`, `typos`, `sms`, `greeting`, `voice` (dictated) or `burst`."""
    right: tuple[tuple[Fact, ...], ...] = ()
    """Every one of these must be answered, each by any of its facts (one per language). Empty: nothing is right."""


@dataclass(frozen=True, eq=False)
class Business:
    name: str
    about: str
    sources: tuple[Material, ...]
    questions: dict[str, tuple[Question, ...]]


def names() -> list[str]:
    return sorted(file.stem for file in SETS.glob("*.json"))


@lru_cache
def load(name: str) -> Business:
    """One of `names()`."""
    told = json.loads((SETS / f"{name}.json").read_text("utf-8"))
    sources = tuple(
        Material(source["key"], source["title"], source.get("content", ""), tuple(source.get("items", ())))
        for source in (_demo() if told["sources"] == "demo" else told["sources"])
    )
    questions = {part: tuple(_question(item) for item in told.get(part, ())) for part in PARTS}
    return Business(name, told["business"], sources, questions)


def _demo() -> list[dict[str, Any]]:
    """What `seed` gives its assistant, so that it stands in one place."""
    return [
        {"key": f"faq-{language}", "title": TITLES[language], "items": items} for language, items in DEMO_FAQ.items()
    ]


def _question(item: dict[str, Any]) -> Question:
    right = tuple(tuple(Fact(**fact) for fact in facts) for facts in item.get("right", ()))
    return Question(tuple(item["ask"]), item["language"], item["kind"], item["style"], right)
