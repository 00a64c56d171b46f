"""The last look at a model's finished text, before any customer sees it: deterministic, and without a model.

Assume that the model obeys whoever wrote to it last. What it may say is bounded here by what is known.
"""

import re
from dataclasses import dataclass

from assistants import facts
from assistants.promises import claims, flat

LEAK_CHARACTERS = 32
"""Letters and digits: some forty characters with the spaces between them."""
_IMAGES = ("![", "<img", "<svg", "<picture", "data:image", "[img]")
_ENCODED = re.compile(r"[a-z0-9+/=_-]{48,}")
"""A run that no word is as long as: what cannot be read here cannot be checked."""


@dataclass(frozen=True)
class Ground:
    """What a text may rest on."""

    knowledge: str
    """The passages that the model was given."""
    instructions: str
    """What the owner wrote for the assistant: facts and links of it may be told, its wording may not."""
    conversation: str
    """What anybody said."""
    system_prompt: str
    said_by_us: str = ""
    """What the business said in the conversation. Of the customer's own words no price and no discount is made."""


def objections(text: str, ground: Ground) -> list[str]:
    """Why a text must not be sent, as `<kind>: <what>`; empty when it may."""
    return [
        *_images(text),
        *_links(text, ground),
        *_encoded(text, ground),
        *_leaks(text, ground),
        *_facts(text, ground),
        *_promises(text, ground),
    ]


def _images(text: str) -> list[str]:
    written = facts.plain(text)
    return [f"image: {mark}" for mark in _IMAGES if mark in written]


def _links(text: str, ground: Ground) -> list[str]:
    """A customer may quote a link to us; that makes it no link of ours."""
    allowed = facts.links(f"{ground.knowledge}\n{ground.instructions}")
    return [f"link: {link}" for link in sorted(facts.links(text) - allowed)]


def _encoded(text: str, ground: Ground) -> list[str]:
    known = facts.plain(f"{ground.knowledge}\n{ground.instructions}")
    return [f"encoded: {run[:40]}" for run in _ENCODED.findall(facts.plain(text)) if run not in known]


def _leaks(text: str, ground: Ground) -> list[str]:
    """By letters and digits alone, forwards and backwards: spelling it out is telling it."""
    secret, known = _letters(ground.system_prompt), _letters(ground.knowledge)
    for said in (_letters(text), _letters(text)[::-1]):
        runs = (said[start : start + LEAK_CHARACTERS] for start in range(len(said) - LEAK_CHARACTERS + 1))
        leak = next((run for run in runs if run in secret and run not in known), None)
        if leak:
            return [f"prompt: {leak}"]
    return []


def _facts(text: str, ground: Ground) -> list[str]:
    ours = f"{ground.knowledge}\n{ground.instructions}\n{ground.said_by_us}"
    basis = f"{ours}\n{ground.conversation}"
    amounts = facts.numbers(ours)
    plain_numbers = {number.strip("$%") for number in facts.numbers(basis)}
    wrong_numbers = {
        number
        for number in facts.numbers(text)
        if (number not in amounts if _is_amount(number) else number not in plain_numbers)
    }
    return [
        *(f"email: {email}" for email in sorted(facts.emails(text) - facts.emails(basis))),
        *(f"phone: {phone}" for phone in sorted(facts.phones(text)) if not _is_known(phone, facts.phones(basis))),
        *(f"date: {day}.{month}." for day, month in sorted(facts.dates(text) - facts.dates(basis))),
        *(f"number: {number}" for number in sorted(wrong_numbers)),
    ]


def _is_amount(number: str) -> bool:
    """Money or a share."""
    return number[0] == "$" or number[-1] == "%"


def _promises(text: str, ground: Ground) -> list[str]:
    allowed = flat(f"{ground.knowledge}\n{ground.instructions}")
    return [f"promise: {claim}" for claim in dict.fromkeys(claims(text)) if claim not in allowed]


def _is_known(phone: str, known: set[str]) -> bool:
    """With or without its country's code."""
    return any(phone == other or phone.endswith(other) or other.endswith(phone) for other in known)


def _letters(text: str) -> str:
    return "".join(character for character in facts.plain(text) if character.isalnum())
