"""What an attachment of Messenger or Instagram shows, by its `type` ("messages" webhook references of both)."""

from collections.abc import Callable
from typing import Any

from integrations.platforms import content
from integrations.platforms.base import MessageType
from integrations.platforms.content import Content
from integrations.platforms.reading import mapping, mappings, short, string, without_empty

Part = dict[str, Any]
THUMBS_UP = {"369239263222822", "369239343222814", "369239383222810"}
"""The sticker ids of Messenger's like, in its three sizes."""


def read(attachment: Part) -> Content:
    """An unknown type is shown as unsupported; what a known one lacks, its text does without."""
    kind = string(attachment.get("type"))
    payload = mapping(attachment.get("payload"))
    # Legacy attachments have their title and address beside the payload, which is null or text.
    facts = {**without_empty({key: attachment.get(key) for key in ("title", "url")}), **payload}
    return READERS.get(kind, unknown)(kind, facts)


def file(kind: MessageType, shown_as: str = "") -> Callable[[str, Part], Content]:
    def reader(_kind: str, facts: Part) -> Content:
        return content.media(kind, "", shown_as=shown_as, url=string(facts.get("url")), name=name(facts))

    return reader


def image(kind: str, facts: Part) -> Content:
    """Until 2026-08 a sticker was an image with a `sticker_id`."""
    return sticker(kind, facts) if string(facts.get("sticker_id")) else file("image")(kind, facts)


def sticker(_kind: str, facts: Part) -> Content:
    sticker_id, url = string(facts.get("sticker_id")), string(facts.get("url"))
    if sticker_id in THUMBS_UP:
        return Content("👍", metadata={"sticker_id": sticker_id}, wants_answer=False)
    return content.media("image", "", shown_as="[sticker]", url=url, sticker_id=sticker_id)


def like_heart(_kind: str, _facts: Part) -> Content:
    return Content("❤️", wants_answer=False)


def location(_kind: str, facts: Part) -> Content:
    point = mapping(facts.get("coordinates"))
    try:
        return content.location(point.get("lat"), point.get("long"), name(facts), "")
    except ValueError:
        return Content(" ".join(filter(None, ("[ubicación]", name(facts), string(facts.get("url"))))))


def link(_kind: str, facts: Part) -> Content:
    """A page that the text links to, or whatever has no type of its own."""
    return shared("[enlace]", "link", facts)


def post(kind: str, facts: Part) -> Content:
    return shared("[publicación compartida]", kind, facts)


def reel(kind: str, facts: Part) -> Content:
    shown = shared("[reel]", kind, facts)
    attached = without_empty({"type": "video", "url": string(facts.get("url")), "name": name(facts)})
    return Content(shown.text, "video", {**shown.metadata, "attachments": [attached]})


def story(kind: str, facts: Part) -> Content:
    return shared("[historia compartida]", kind, facts)


def story_mention(_kind: str, facts: Part) -> Content:
    """The file is not ours to keep, and its address ends with the story (Instagram Platform, "Story mentions")."""
    told: Part = {"story": without_empty({"id": string(facts.get("id")), "mention": True})}
    if url := string(facts.get("url")):
        told["attachments"] = [{"type": "image", "url": url, "link_only": True}]
    return Content("[te mencionó en su historia]", metadata=told, wants_answer=False)


def ephemeral(_kind: str, _facts: Part) -> Content:
    return Content("[foto o video de una sola vez]", metadata={"ephemeral": True}, wants_answer=False)


def template(_kind: str, facts: Part) -> Content:
    """A product of the shop that the customer asks about, or a card that a business made."""
    products = mappings(mapping(facts.get("product")).get("elements"))
    if products:
        lines = [" · ".join(filter(None, (name(item), short(item.get("subtitle"))))) for item in products]
        return Content("\n".join(f"[producto] {line}".strip() for line in lines), metadata={"products": products})
    cards = mappings(facts.get("elements")) or mappings(mapping(facts.get("generic")).get("elements"))
    parts = [*cards, *mappings(facts.get("buttons"))]
    shown = short(facts.get("text") or facts.get("intro_message"), 1000) or name(facts)
    shown = shown or ", ".join(filter(None, map(name, parts)))[:1000] or short(facts.get("template_type"), 64)
    return Content(f"[tarjeta] {shown}".strip(), metadata={"template": facts}, wants_answer=False)


def appointment(_kind: str, facts: Part) -> Content:
    """A person has to look at it: an assistant keeps no calendar."""
    return Content(f"[cita] {name(facts)}".strip(), metadata={"appointment": facts}, wants_answer=False)


def unknown(kind: str, facts: Part) -> Content:
    return content.unsupported(kind=short(kind, 64), url=string(facts.get("url")), title=name(facts))


def shared(shown_as: str, kind: str, facts: Part) -> Content:
    ids = ("id", "ig_post_media_id", "reel_video_id")
    told = {
        "kind": kind,
        "id": next(filter(None, (string(facts.get(key)) for key in ids)), ""),
        "title": name(facts),
        "url": string(facts.get("url")),
    }
    shown = " ".join(filter(None, (shown_as, told["title"] or told["url"][:500])))
    return Content(shown, metadata={"shares": [without_empty(told)]})


def name(facts: Part) -> str:
    return short(facts.get("title") or facts.get("name"))


READERS: dict[str, Callable[[str, Part], Content]] = {
    "image": image,
    "animated_image": image,
    "video": file("video"),
    "audio": file("audio"),
    "file": file("file"),
    "sticker": sticker,
    "like_heart": like_heart,
    "location": location,
    "fallback": link,
    "share": post,
    "media": post,
    "post": post,
    "ig_post": post,
    "reel": reel,
    "ig_reel": reel,
    "story": story,
    "ig_story": story,
    "story_mention": story_mention,
    "ephemeral": ephemeral,
    "template": template,
    "appointment_booking": appointment,
}
