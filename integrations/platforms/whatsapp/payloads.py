"""What a stored WhatsApp item says ("messages", "statuses" and "smb_message_echoes" webhooks, Cloud API)."""

from collections.abc import Callable
from typing import Any

from integrations.platforms import keys
from integrations.platforms.base import (
    ContactChange,
    Deletion,
    DeliveryStatus,
    Echo,
    Edit,
    Ignored,
    InboundEvent,
    InboundMessage,
    Reaction,
    StatusUpdate,
)
from integrations.platforms.meta import errors
from integrations.platforms.reading import (
    MAX_ID,
    mapping,
    mappings,
    moment,
    present,
    required,
    required_mapping,
    short,
    string,
    without_empty,
)
from integrations.platforms.whatsapp import contents, notices, people

# A voice note that was played was read; the field has no fifth step.
STATUSES: dict[str, DeliveryStatus] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}


def parse(payload: dict[str, Any]) -> list[InboundEvent]:
    """Raises ValueError when a known kind is malformed."""
    profile = mapping(payload.get("contact"))
    for kind, read in READERS.items():
        if kind in payload:
            return [read(present(required_mapping(payload, kind)), profile)]
    return [notices.read(payload)]


def read_message(message: dict[str, Any], profile: dict[str, Any]) -> InboundEvent:
    if message.get("group_id"):
        return Ignored("Group chats are not answered.")
    special = SPECIAL.get(string(message.get("type")))
    if special:
        return special(message, profile)
    shown = contents.read(message)
    return InboundMessage(
        contact=people.contact(message, "message", profile),
        external_id=message_id(message),
        text=shown.text,
        occurred_at=moment(message.get("timestamp")),
        type=shown.type,
        reply_to=short(mapping(message.get("context")).get("id")),
        metadata={**shown.metadata, **circumstances(message)},
        wants_answer=shown.wants_answer,
    )


def message_id(message: dict[str, Any]) -> str:
    """A message that names none is what it says."""
    name = string(message.get("id"))
    return name if 0 < len(name) <= MAX_ID else keys.digest(message)


def circumstances(message: dict[str, Any]) -> dict[str, Any]:
    """Where a message comes from: an ad, a product, another chat."""
    context = mapping(message.get("context"))
    return without_empty(
        {
            "referral": mapping(message.get("referral")),
            "product": mapping(context.get("referred_product")),
            "forwarded": bool(context.get("forwarded") or context.get("frequently_forwarded")) or None,
        }
    )


def read_reaction(message: dict[str, Any], profile: dict[str, Any], kind: str = "message") -> InboundEvent:
    reaction = required_mapping(message, "reaction")
    return Reaction(
        contact=people.contact(message, kind, profile),
        external_id=required(reaction, "message_id"),
        emoji=short(reaction.get("emoji"), 32),
        occurred_at=moment(message.get("timestamp")),
        by_business=kind == "echo",
    )


def read_edit(message: dict[str, Any], _profile: dict[str, Any]) -> InboundEvent:
    edit = required_mapping(message, "edit")
    return Edit(
        external_id=required(edit, "original_message_id"),
        text=contents.read(required_mapping(edit, "message")).text,
        occurred_at=moment(message.get("timestamp")),
    )


def read_revoke(message: dict[str, Any], _profile: dict[str, Any]) -> InboundEvent:
    revoked = required(required_mapping(message, "revoke"), "original_message_id")
    return Deletion(external_id=revoked, occurred_at=moment(message.get("timestamp")))


def read_system(message: dict[str, Any], _profile: dict[str, Any]) -> InboundEvent:
    """A number or BSUID changed. `from` and `previous_user_id` are the old ones; no `contacts` come along.

    Older versions call it `customer_changed_number` and the new number `new_wa_id`.
    """
    system = required_mapping(message, "system")
    new = [short(system.get(key)) for key in ("user_id", "new_wa_id", "wa_id")]
    old = [short(value) for value in (message.get("from_user_id"), message.get("from"), system.get("previous_user_id"))]
    old += people.BSUID.findall(string(system.get("body"))[:500])  # some bodies name the old id nowhere else
    names = list(dict.fromkeys(filter(None, (*new, *old))))
    # The encryption keys changed, and nothing else.
    same_person = string(system.get("type")) == "customer_identity_changed"
    if same_person or not any(new) or len(names) == 1:
        return Ignored(f"WhatsApp system note: {short(system.get('body'), 200) or short(system.get('type'), 64)}")
    return ContactChange(people.known_by(*names), moment(message.get("timestamp")))


def read_welcome(_message: dict[str, Any], _profile: dict[str, Any]) -> InboundEvent:
    return Ignored("The customer opened the chat and wrote nothing.")


def read_status(status: dict[str, Any], profile: dict[str, Any]) -> InboundEvent:
    name = string(status.get("status"))
    if name == "deleted":  # old: the customer took a message of theirs back
        return Deletion(required(status, "id"), moment(status.get("timestamp")))
    if status.get("recipient_type") == "group":
        return Ignored("Group chats are not answered.")
    known = STATUSES.get(name)
    # Payments and calls have statuses of their own, `failed` among them.
    if known is None or short(status.get("type")) not in ("", "message"):
        return Ignored(f"WhatsApp status {short(name, 32)!r} is of no use here.")
    phone, user_id = people.ids(status, "status")
    at = moment(status.get("timestamp"))
    facts = {"pricing": mapping(status.get("pricing")), "conversation": mapping(status.get("conversation"))}
    played = {"played_at": at.isoformat()} if name == "played" else {}
    return StatusUpdate(
        external_id=required(status, "id"),
        status=known,
        occurred_at=at,
        client_ref=short(status.get("biz_opaque_callback_data")),
        recipient=user_id or short(profile.get("user_id")) or phone,
        error=failure(status) if known == "failed" else None,
        metadata=without_empty({**facts, **played}),
    )


def failure(status: dict[str, Any]) -> dict[str, Any]:
    error = (mappings(status.get("errors")) or [{}])[0]
    code = errors.number(error.get("code"))
    text = errors.describe(error) or "WhatsApp names no reason."
    return {"code": string(error.get("code")), "class": errors.error_class(code), "message": text}


def read_echo(message: dict[str, Any], profile: dict[str, Any]) -> InboundEvent:
    """Somebody wrote, edited, took back or reacted in the WhatsApp Business app on a number that is shared with it."""
    special = SPECIAL.get(string(message.get("type")))
    if special is read_reaction:
        return read_reaction(message, profile, "echo")
    if special:
        return special(message, profile)
    who, shown = people.contact(message, "echo", profile), contents.read(message)
    moment_sent = moment(message.get("timestamp"))
    return Echo(who, message_id(message), shown.text, moment_sent, shown.type, shown.metadata)


def read_error(error: dict[str, Any], _profile: dict[str, Any]) -> InboundEvent:
    return Ignored(f"WhatsApp reports: {errors.describe(error) or string(error.get('code'))}")


Reader = Callable[[dict[str, Any], dict[str, Any]], InboundEvent]
READERS: dict[str, Reader] = {
    "message": read_message,
    "status": read_status,
    "echo": read_echo,
    "error": read_error,
}
SPECIAL: dict[str, Reader] = {
    "reaction": read_reaction,
    "edit": read_edit,
    "revoke": read_revoke,
    "system": read_system,
    "request_welcome": read_welcome,
}
