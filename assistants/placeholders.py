"""`{{contact_name}}` and its like in the texts that an owner writes."""

import re
from collections.abc import Mapping

from assistants.dialogue import Dialogue
from assistants.models import Assistant


def fill(template: str | None, assistant: Assistant, dialogue: Dialogue) -> str:
    """The text with its placeholders filled in one pass; an unknown or empty one is left out with its space."""
    values: Mapping[str, str] = {
        "contact_name": dialogue.contact_name,
        "first_name": dialogue.first_name,
        "platform": dialogue.platform,
        "assistant_name": assistant.name,
    }
    filled = re.sub(r" ?\{\{\s*(\w*)\s*\}\}", lambda match: _value(match, values), template or "")
    return filled.strip()


def _value(match: re.Match[str], values: Mapping[str, str]) -> str:
    value = values.get(match[1], "").strip()
    return f"{' ' if match[0].startswith(' ') else ''}{value}" if value else ""
