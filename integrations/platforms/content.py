"""What a message shows, whatever its kind: a text that is never empty, a type of the mission's five, the facts."""

import math
from dataclasses import dataclass, field
from typing import Any

from integrations.platforms.base import MessageType
from integrations.platforms.reading import string, without_empty

PLACEHOLDERS: dict[MessageType, str] = {
    "text": "[mensaje vacío]",
    "image": "[imagen]",
    "video": "[video]",
    "audio": "[audio]",
    "file": "[archivo]",
}


MAX_DEGREES = 180


@dataclass(frozen=True)
class Content:
    text: str
    type: MessageType = "text"
    metadata: dict[str, Any] = field(default_factory=dict)
    wants_answer: bool = True


def unsupported(**facts: Any) -> Content:
    return Content("[mensaje no compatible]", metadata=without_empty(facts), wants_answer=False)


def plain(text: str, **facts: Any) -> Content:
    return Content(text if text.strip() else PLACEHOLDERS["text"], metadata=without_empty(facts))


def media(kind: MessageType, caption: str, *, shown_as: str = "", **facts: Any) -> Content:
    """A file. `facts`: media_id, url, mime, name, size, and what else the platform says of it."""
    attachment = {"type": kind, **without_empty(facts)}
    placeholder = shown_as or PLACEHOLDERS[kind]
    return Content(caption if caption.strip() else placeholder, kind, {"attachments": [attachment]})


def location(latitude: Any, longitude: Any, name: str, address: str) -> Content:
    """A point on the map, read aloud. Raises ValueError when it has no coordinates."""
    point = f"{degrees(latitude):.6f}, {degrees(longitude):.6f}"
    place = ", ".join(filter(None, (name, address)))
    facts = without_empty(
        {"latitude": degrees(latitude), "longitude": degrees(longitude), "name": name, "address": address}
    )
    return Content(f"[ubicación] {place} ({point})" if place else f"[ubicación] {point}", metadata={"location": facts})


def degrees(value: Any) -> float:
    """A number, which some write as text. Raises ValueError for what is none on the globe."""
    written = string(value) or value
    number = float(written) if isinstance(written, float | str) else math.nan
    if not abs(number) <= MAX_DEGREES:
        raise ValueError("a location without coordinates")
    return number


def card(name: str, phones: list[str]) -> str:
    """A shared contact in one line."""
    return " ".join(filter(None, ("[contacto]", name, ", ".join(phones))))
