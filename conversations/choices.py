"""Choices that could not be tapped were numbered in the text: what the number that comes back means."""

import re
from typing import Any

from conversations.models import Conversation

NUMBER = re.compile(r"(?:opci[oó]n|option|la|el|n[uú]mero|#)?\s*([0-9]{1,2})[.)\ufe0f\u20e3ºª°]*", re.IGNORECASE)


def picked(conversation: Conversation, text: str) -> dict[str, Any]:
    """`payload` and `chosen`: id and title of the choice of our last message that a bare number picks; or {}."""
    number = NUMBER.fullmatch(text.strip())
    if number is None:
        return {}
    asked = conversation.messages.outbound().order_by("-sequence").first()
    offer = (asked.metadata or {}) if asked else {}
    choices, place = offer.get("choices") or [], int(number[1])
    if not offer.get("numbered") or not 0 < place <= len(choices):
        return {}
    return {"payload": choices[place - 1]["id"], "chosen": choices[place - 1]["title"]}
