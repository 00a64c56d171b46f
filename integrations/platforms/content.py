"""What a message shows, whatever its kind: a text that is never empty, a type of the mission's five, the facts."""

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
    """A point on the map, read aloud; without coordinates the place's name. Raises ValueError when it has neither."""
    points = [degrees(value) for value in (latitude, longitude)]
    point = "" if None in points else ", ".join(f"{value:.6f}" for value in points)
    place = ", ".join(filter(None, (name, address)))
    if not point and not place:
        raise ValueError("a location without a place")
    shown = f"{place} ({point})" if place and point else place or point
    facts = {"latitude": points[0], "longitude": points[1], "name": name, "address": address}
    return Content(f"[ubicación] {shown}", metadata={"location": without_empty(facts)})


def degrees(value: Any) -> float | None:
    """A number on the globe, which some write as text."""
    try:
        number = float(value if isinstance(value, float) else string(value))
    except ValueError:
        return None
    return number if abs(number) <= MAX_DEGREES else None


def card(name: str, phones: list[str]) -> str:
    """A shared contact in one line."""
    return " ".join(filter(None, ("[contacto]", name, ", ".join(phones))))
