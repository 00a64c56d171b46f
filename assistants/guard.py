"""The last look at a model's finished text, before any customer sees it: deterministic, and without a model.

Assume that the model obeys whoever wrote to it last. What it may say is bounded here by what is known.
"""

from dataclasses import dataclass

from assistants import facts

LEAK_CHARACTERS = 40
_IMAGES = ("![", "<img", "<svg", "<picture", "data:image", "[img]")


@dataclass(frozen=True)
class Ground:
    """What a text may rest on."""

    knowledge: str
    """The passages that the model was given."""
    instructions: str
    """What the owner wrote for the assistant: facts and links of it may be told, its wording may not."""
    conversation: str
    system_prompt: str


def objections(text: str, ground: Ground) -> list[str]:
    """Why a text must not be sent, as `<kind>: <what>`; empty when it may."""
    return [*_images(text), *_links(text, ground), *_leaks(text, ground), *_facts(text, ground)]


def _images(text: str) -> list[str]:
    written = facts.plain(text)
    return [f"image: {mark}" for mark in _IMAGES if mark in written]


def _links(text: str, ground: Ground) -> list[str]:
    """A customer may quote a link to us; that makes it no link of ours."""
    allowed = facts.links(f"{ground.knowledge}\n{ground.instructions}")
    return [f"link: {link}" for link in sorted(facts.links(text) - allowed)]


def _leaks(text: str, ground: Ground) -> list[str]:
    said, secret, known = (_spaced(part) for part in (text, ground.system_prompt, ground.knowledge))
    runs = (said[start : start + LEAK_CHARACTERS] for start in range(len(said) - LEAK_CHARACTERS + 1))
    leak = next((run for run in runs if run in secret and run not in known), None)
    return [f"prompt: {leak}"] if leak else []


def _facts(text: str, ground: Ground) -> list[str]:
    basis = f"{ground.knowledge}\n{ground.instructions}\n{ground.conversation}"
    known_numbers = facts.numbers(basis)
    plain_numbers = {number.strip("$%") for number in known_numbers}
    wrong_numbers = {
        number
        for number in facts.numbers(text) - known_numbers
        if number[0] == "$" or number[-1] == "%" or number not in plain_numbers
    }
    return [
        *(f"email: {email}" for email in sorted(facts.emails(text) - facts.emails(basis))),
        *(f"phone: {phone}" for phone in sorted(facts.phones(text)) if not _is_known(phone, facts.phones(basis))),
        *(f"date: {day}.{month}." for day, month in sorted(facts.dates(text) - facts.dates(basis))),
        *(f"number: {number}" for number in sorted(wrong_numbers)),
    ]


def _is_known(phone: str, known: set[str]) -> bool:
    """With or without its country's code."""
    return any(phone == other or phone.endswith(other) or other.endswith(phone) for other in known)


def _spaced(text: str) -> str:
    return " ".join(facts.plain(text).split())
