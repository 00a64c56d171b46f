"""What a WhatsApp message shows, by its `type` ("messages" webhook reference, WhatsApp Cloud API)."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from integrations.platforms import content
from integrations.platforms.base import MessageType
from integrations.platforms.content import Content
from integrations.platforms.reading import mapping, mappings, required_mapping, string, without_empty

Message = dict[str, Any]
MAX_FORM = 4096
MAX_FORM_DEPTH = 4


def text(message: Message) -> Content:
    body = required_mapping(message, "text").get("body")
    if not isinstance(body, str) and not string(body):
        raise ValueError("a text without body")
    return content.plain(string(body))


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
        url=string(source.get("url")),
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
    name, company = mapping(card.get("name")), string(mapping(card.get("org")).get("company"))
    full = re.search(r"^FN[^:\n]*:(.*)$", string(card.get("vcard"))[:10_000], re.MULTILINE)
    written = string(name.get("formatted_name")) or string(name.get("first_name"))
    return written or (full[1].strip() if full else "") or company


def card_phones(card: dict[str, Any]) -> list[str]:
    phones = mappings(card.get("phones"))
    return list(filter(None, (string(phone.get("phone")) or string(phone.get("wa_id")) for phone in phones)))


def interactive(message: Message) -> Content:
    """What the customer tapped: its title is the text, its id the payload."""
    choice = required_mapping(message, "interactive")
    kind = string(choice.get("type")) or next((name for name in choice if name in TAPPED), "")
    read = TAPPED.get(kind)
    return read(mapping(choice.get(kind))) if read else content.unsupported(kind=f"interactive/{kind}")


def tapped(reply: dict[str, Any]) -> Content:
    title, name = string(reply.get("title")), string(reply.get("id"))
    return content.plain(title or name, payload=name, description=string(reply.get("description")))


def form(reply: dict[str, Any]) -> Content:
    """A filled-in flow. `response_json` is JSON inside a string; `body` says no more than "Sent"."""
    raw = reply.get("response_json")
    try:
        answers = mapping(json.loads(string(raw))) if isinstance(raw, str) else mapping(raw)
    except (ValueError, RecursionError):
        answers = {}
    text = ", ".join(answered(answers)) or string(reply.get("body")).strip()
    facts = without_empty({"form": answers, "flow": string(reply.get("name"))})
    return Content(f"[formulario] {text}".strip()[:MAX_FORM], metadata=facts)


def answered(value: Any, name: str = "", depth: int = 0) -> Iterator[str]:
    """`field: answer`. What was chosen of several comes as a list, and what one screen asked as an object."""
    if isinstance(value, dict) and depth < MAX_FORM_DEPTH:
        for key, part in value.items():
            if key != "flow_token":
                yield from answered(part, key, depth + 1)
    elif chosen := ", ".join(filter(None, map(string, value if isinstance(value, list) else [value]))):
        yield f"{name}: {chosen}"


def call_permission(reply: dict[str, Any]) -> Content:
    """Whether we may call. Nothing to answer."""
    said = {"accept": "[permiso de llamada] sí", "reject": "[permiso de llamada] no"}
    shown = said.get(string(reply.get("response")), "[permiso de llamada]")
    return Content(shown, metadata={"call_permission": reply}, wants_answer=False)


def product(reply: dict[str, Any]) -> Content:
    """What the customer shows from the catalog."""
    named = string(reply.get("title")) or string(reply.get("name")) or string(reply.get("product_retailer_id"))
    return Content(f"[producto] {named}".strip(), metadata=without_empty({"products": [reply]}))


def payment_method(reply: dict[str, Any]) -> Content:
    method = string(reply.get("payment_method"))
    return Content(f"[forma de pago] {method}".strip(), metadata={"payment": reply}, wants_answer=False)


def button(message: Message) -> Content:
    """The quick reply of a template."""
    pressed = required_mapping(message, "button")
    payload = string(pressed.get("payload"))
    return content.plain(string(pressed.get("text")) or payload, payload=payload)


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
    kind = string(mapping(message.get("unsupported")).get("type")) or type_of(message)
    return content.unsupported(kind=kind, errors=mappings(message.get("errors")))


TAPPED: dict[str, Callable[[dict[str, Any]], Content]] = {
    "button_reply": tapped,
    "list_reply": tapped,
    "nfm_reply": form,
    "call_permission_reply": call_permission,
    "payment_method": payment_method,
    "product": product,
}
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


def type_of(message: Message) -> str:
    """As it says, or by what it carries."""
    return string(message.get("type")) or next((key for key in message if key in READERS), "")


def read(message: Message) -> Content:
    """An unknown type is shown as unsupported, and so is a known one without what it must have: somebody wrote."""
    try:
        return READERS.get(type_of(message), unknown)(message)
    except ValueError:
        return unknown(message)
