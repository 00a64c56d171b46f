"""How the embedded engine does on questions in other words than the FAQ's. `held_back` chose no constant."""

import json
from pathlib import Path

import pytest

from assistants.demo import DEMO_FAQ
from assistants.dialogue import Dialogue, Turn
from assistants.engine import decide_reply
from assistants.tests.conftest import NOON

QUESTIONS = json.loads(Path(__file__).with_name("questions.json").read_text("utf-8"))
PAIRS = list(zip(DEMO_FAQ["es"], DEMO_FAQ["en"], strict=True))
ANSWERS = {item["question"]: {one["answer"] for one in pair} for pair in PAIRS for item in pair}
"""Either language counts: "do you have XL?" is in no English phrasing."""


def outcome(assistant, question, expected):
    reply = decide_reply(assistant, Dialogue((Turn("customer", question, NOON),)), NOON)
    if reply.decision == "handoff":
        return "refused"
    return "right" if reply.text in ANSWERS.get(expected, ()) else f"wrong: {question} → {reply.text}"


@pytest.mark.parametrize(("part", "answered"), [("chosen_on", 0.9), ("held_back", 0.65)])
def test_known_questions_are_answered_and_strange_ones_refused(chispa, part, answered):
    known = [outcome(chispa, question, expected) for question, expected in QUESTIONS[part]["known"]]
    unknown = [outcome(chispa, question, "") for question in QUESTIONS[part]["unknown"]]
    assert [found for found in [*known, *unknown] if found.startswith("wrong")] == []
    assert known.count("right") / len(known) >= answered
