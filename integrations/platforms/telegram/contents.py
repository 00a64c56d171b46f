"""What a Telegram message shows, by the content key that it carries (Bot API, "Message")."""

from collections.abc import Callable
from typing import Any

from integrations.platforms import content
from integrations.platforms.base import MessageType
from integrations.platforms.content import Content
from integrations.platforms.reading import mapping, mappings, required_mapping, string, without_empty
from integrations.platforms.telegram import rarities

Message = dict[str, Any]


def text(message: Message) -> Content:
    body = message.get("text")
    if not isinstance(body, str):
        raise ValueError("a text that is none")  # noqa: TRY004 - what `parse` promises
    command, _, argument = body.partition(" ")
    if command.partition("@")[0] == "/start" and argument.strip():
        # t.me/bot?start=argument: where the customer came from.
        return content.plain(body, referral={"ref": argument.strip(), "source": "deep_link"})
    return content.plain(body)


def photo(message: Message) -> Content:
    """Sizes of one picture, the last being the largest."""
    sizes = mappings(message.get("photo"))
    if not sizes:
        raise ValueError("a photo without sizes")
    return attached(message, sizes[-1], "image")


def sticker(message: Message) -> Content:
    source = required_mapping(message, "sticker")
    emoji = string(source.get("emoji"))
    return attached(message, source, "image", f"[sticker {emoji}]" if emoji else "[sticker]")


def document(message: Message) -> Content:
    source = required_mapping(message, "document")
    name = string(source.get("file_name"))
    return attached(message, source, "file", f"[archivo: {name}]" if name else "")


def file(key: str, kind: MessageType, shown_as: str = "") -> Callable[[Message], Content]:
    def read(message: Message) -> Content:
        return attached(message, required_mapping(message, key), kind, shown_as)

    return read


def attached(message: Message, source: dict[str, Any], kind: MessageType, shown_as: str = "") -> Content:
    size = source.get("file_size")
    return content.media(
        kind,
        string(message.get("caption")),
        shown_as=shown_as,
        media_id=string(source.get("file_id")),
        mime=string(source.get("mime_type")),
        name=string(source.get("file_name")),
        size=size if isinstance(size, int) else None,
    )


def location(message: Message) -> Content:
    point = required_mapping(message, "location")
    return content.location(point.get("latitude"), point.get("longitude"), "", "")


def venue(message: Message) -> Content:
    place = required_mapping(message, "venue")
    point = required_mapping(place, "location")
    title, address = string(place.get("title")), string(place.get("address"))
    return content.location(point.get("latitude"), point.get("longitude"), title, address)


def shared_contact(message: Message) -> Content:
    card = required_mapping(message, "contact")
    name = " ".join(filter(None, (string(card.get("first_name")), string(card.get("last_name")))))
    phone = string(card.get("phone_number"))
    return Content(content.card(name, [phone] if phone else []), metadata={"contacts": [card]})


def poll(message: Message) -> Content:
    question = string(mapping(message.get("poll")).get("question"))
    return Content(f"[encuesta] {question}".strip(), metadata={"poll": required_mapping(message, "poll")})


def dice(message: Message) -> Content:
    thrown = required_mapping(message, "dice")
    return Content(f"{string(thrown.get('emoji')) or '🎲'} {string(thrown.get('value'))}".strip())


# In this order: an animation comes with a `document`, a venue with a `location`.
READERS: dict[str, Callable[[Message], Content]] = {
    "text": text,
    "animation": file("animation", "video", "[gif]"),
    "photo": photo,
    "voice": file("voice", "audio", "[nota de voz]"),
    "audio": file("audio", "audio"),
    "video": file("video", "video"),
    "video_note": file("video_note", "video"),
    "document": document,
    "sticker": sticker,
    "venue": venue,
    "location": location,
    "contact": shared_contact,
    "poll": poll,
    "dice": dice,
    **rarities.READERS,
}


def read(message: Message) -> Content:
    """An unknown content is shown as unsupported, and so is a known one that is malformed: somebody wrote."""
    try:
        for key, reader in READERS.items():
            if key in message:
                return reader(message)
    except ValueError:
        pass
    return content.unsupported(kind=", ".join(sorted(set(message) - ENVELOPE))[:200])


def circumstances(message: Message) -> dict[str, Any]:
    """Where a message belongs to or comes from: an album, another chat, an inline bot, a quoted passage."""
    return without_empty(
        {
            "album": string(message.get("media_group_id")),
            "quote": string(mapping(message.get("quote")).get("text")),
            "via_bot": string(mapping(message.get("via_bot")).get("username")),
            "forwarded": True if "forward_origin" in message or "forward_date" in message else None,
            "links": hidden_links(message),
            "topic": string(message.get("message_thread_id")),
            "external_reply": mapping(message.get("external_reply")),
            "replied_story": mapping(message.get("reply_to_story")),
        }
    )


def hidden_links(message: Message) -> list[str]:
    """Where words of the text lead to that show no address."""
    entities = mappings(message.get("entities")) + mappings(message.get("caption_entities"))
    return list(filter(None, (string(entity.get("url")) for entity in entities)))


# What any message may carry; the rest of its keys say what it is.
ENVELOPE = {
    "business_connection_id",
    "chat",
    "date",
    "edit_date",
    "effect_id",
    "from",
    "has_protected_content",
    "message_id",
    "message_thread_id",
    "sender_chat",
}
