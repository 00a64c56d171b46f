"""What a stored WhatsApp item says ("messages", "statuses" and "smb_message_echoes" webhooks, Cloud API)."""

from collections.abc import Callable
from typing import Any

from integrations.platforms.base import (
    Contact,
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
    mapping,
    mappings,
    moment,
    required,
    required_mapping,
    short,
    string,
    without_empty,
)
from integrations.platforms.whatsapp import contents, people

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
            return [read(required_mapping(payload, kind), profile)]
    change = mapping(payload.get("change"))
    event = string(mapping(change.get("value")).get("event"))
    return [Ignored(f"WhatsApp {short(payload.get('field'), 64) or 'event'} {short(event, 64)}".strip())]


def read_message(message: dict[str, Any], profile: dict[str, Any]) -> InboundEvent:
    if message.get("group_id"):
        return Ignored("Group chats are not answered.")
    special = SPECIAL.get(string(message.get("type")))
    if special:
        return special(message, profile)
    shown = contents.read(message)
    return InboundMessage(
        contact=people.contact(message, profile),
        external_id=required(message, "id"),
        text=shown.text,
        occurred_at=moment(message.get("timestamp")),
        type=shown.type,
        reply_to=short(mapping(message.get("context")).get("id")),
        metadata={**shown.metadata, **circumstances(message)},
        wants_answer=shown.wants_answer,
    )


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


def read_reaction(message: dict[str, Any], profile: dict[str, Any]) -> InboundEvent:
    reaction = required_mapping(message, "reaction")
    return Reaction(
        contact=people.contact(message, profile),
        external_id=required(reaction, "message_id"),
        emoji=short(reaction.get("emoji"), 32),
        occurred_at=moment(message.get("timestamp")),
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
    """A number or BSUID changed. `from` and `previous_user_id` are the old ones; no `contacts` come along."""
    system = required_mapping(message, "system")
    new = [short(system.get(key)) for key in ("user_id", "wa_id", "new_wa_id")]
    old = [short(value) for value in (message.get("from_user_id"), message.get("from"), system.get("previous_user_id"))]
    old += people.BSUID.findall(string(system.get("body"))[:500])  # some bodies name the old id nowhere else
    names = list(dict.fromkeys(filter(None, (*new, *old))))
    if not any(new) or len(names) == 1:
        return Ignored(f"WhatsApp system note: {short(system.get('body'), 200)}")
    phone = people.e164(new[1] or new[2])
    return ContactChange(Contact(names[0], tuple(names[1:]), phone=phone), moment(message.get("timestamp")))


def read_welcome(_message: dict[str, Any], _profile: dict[str, Any]) -> InboundEvent:
    return Ignored("The customer opened the chat and wrote nothing.")


def read_status(status: dict[str, Any], profile: dict[str, Any]) -> InboundEvent:
    known = STATUSES.get(string(status.get("status")))
    if known is None or status.get("recipient_type") == "group":
        return Ignored(f"WhatsApp status {short(status.get('status'), 32)!r} is of no use here.")
    phone, user_id = people.ids(status)
    return StatusUpdate(
        external_id=required(status, "id"),
        status=known,
        occurred_at=moment(status.get("timestamp")),
        client_ref=short(status.get("biz_opaque_callback_data")),
        recipient=user_id or short(profile.get("user_id")) or phone,
        error=failure(status) if known == "failed" else None,
    )


def failure(status: dict[str, Any]) -> dict[str, Any]:
    error = (mappings(status.get("errors")) or [{}])[0]
    code = errors.number(error.get("code"))
    text = errors.describe(error) or "WhatsApp names no reason."
    return {"code": string(error.get("code")), "class": errors.error_class(code), "message": text}


def read_echo(message: dict[str, Any], profile: dict[str, Any]) -> InboundEvent:
    """Somebody wrote in the WhatsApp Business app on a number that is shared with it."""
    shown = contents.read(message)
    who = people.contact(message, profile)
    moment_sent = moment(message.get("timestamp"))
    return Echo(who, required(message, "id"), shown.text, moment_sent, shown.type, shown.metadata)


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
