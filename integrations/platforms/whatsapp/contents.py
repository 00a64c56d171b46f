"""What a WhatsApp message shows, by its `type` ("messages" webhook reference, WhatsApp Cloud API)."""

import json
from collections.abc import Callable
from typing import Any

from integrations.platforms import content
from integrations.platforms.base import MessageType
from integrations.platforms.content import Content
from integrations.platforms.reading import mapping, mappings, required_mapping, string

Message = dict[str, Any]


def text(message: Message) -> Content:
    body = required_mapping(message, "text").get("body")
    if not isinstance(body, str):
        raise ValueError("a text without body")  # noqa: TRY004 - what `parse` promises
    return content.plain(body)


def image(message: Message) -> Content:
    return file(message, "image", "image")


def sticker(message: Message) -> Content:
    return file(message, "sticker", "image", "[sticker]")


def video(message: Message) -> Content:
    return file(message, "video", "video")


def audio(message: Message) -> Content:
    """A voice note is an `audio` with `voice`; older bodies call its type `voice`."""
    key = "voice" if "voice" in message else "audio"
    spoken = key == "voice" or mapping(message.get(key)).get("voice") is True
    return file(message, key, "audio", "[nota de voz]" if spoken else "", voice=spoken)


def document(message: Message) -> Content:
    name = string(mapping(message.get("document")).get("filename"))
    return file(message, "document", "file", f"[archivo: {name}]" if name else "")


def file(message: Message, key: str, kind: MessageType, shown_as: str = "", **facts: Any) -> Content:
    source = required_mapping(message, key)
    return content.media(
        kind,
        string(source.get("caption")),
        shown_as=shown_as,
        media_id=string(source.get("id")),
        mime=string(source.get("mime_type")),
        name=string(source.get("filename")),
        sha256=string(source.get("sha256")),
        **{name: fact for name, fact in facts.items() if fact},
    )


def location(message: Message) -> Content:
    place = required_mapping(message, "location")
    name, address = string(place.get("name")), string(place.get("address"))
    return content.location(place.get("latitude"), place.get("longitude"), name, address)


def contacts(message: Message) -> Content:
    cards = mappings(message.get("contacts"))
    lines = [content.card(card_name(card), card_phones(card)) for card in cards]
    return Content("\n".join(lines) or "[contacto]", metadata={"contacts": cards})


def card_name(card: dict[str, Any]) -> str:
    name = mapping(card.get("name"))
    return string(name.get("formatted_name")) or string(name.get("first_name"))


def card_phones(card: dict[str, Any]) -> list[str]:
    return list(filter(None, (string(phone.get("phone")) for phone in mappings(card.get("phones")))))


def interactive(message: Message) -> Content:
    """What the customer tapped: its title is the text, its id the payload."""
    choice = required_mapping(message, "interactive")
    kind = string(choice.get("type"))
    reply = mapping(choice.get(kind))
    if kind in {"button_reply", "list_reply"}:
        return content.plain(string(reply.get("title")), payload=string(reply.get("id")))
    if kind == "nfm_reply":
        return form(reply)
    return content.unsupported(kind=f"interactive/{kind}")


def form(reply: dict[str, Any]) -> Content:
    """A filled-in flow. `response_json` is JSON inside a string."""
    try:
        answers = json.loads(string(reply.get("response_json")))
    except (ValueError, RecursionError):
        answers = None
    return Content(string(reply.get("body")).strip() or "[formulario]", metadata={"form": mapping(answers)})


def button(message: Message) -> Content:
    """The quick reply of a template."""
    pressed = required_mapping(message, "button")
    return content.plain(string(pressed.get("text")), payload=string(pressed.get("payload")))


def order(message: Message) -> Content:
    """A cart. A person has to look at it: an assistant knows neither stock nor payment."""
    cart = required_mapping(message, "order")
    lines = [
        f"{string(item.get('quantity')) or 1} × {string(item.get('product_retailer_id'))}"
        for item in mappings(cart.get("product_items"))
    ]
    shown = " ".join(filter(None, ("[pedido]", ", ".join(lines), string(cart.get("text")))))
    return Content(shown, metadata={"order": cart}, wants_answer=False)


def unknown(message: Message) -> Content:
    kind = string(mapping(message.get("unsupported")).get("type")) or string(message.get("type"))
    return content.unsupported(kind=kind, errors=mappings(message.get("errors")))


READERS: dict[str, Callable[[Message], Content]] = {
    "text": text,
    "image": image,
    "sticker": sticker,
    "video": video,
    "audio": audio,
    "voice": audio,
    "document": document,
    "location": location,
    "contacts": contacts,
    "interactive": interactive,
    "button": button,
    "order": order,
}


def read(message: Message) -> Content:
    """Raises ValueError when a known type is malformed; an unknown one is shown as unsupported."""
    return READERS.get(string(message.get("type")), unknown)(message)
