"""A thread as the plain values that an engine reads."""

from django.utils import timezone

from assistants.dialogue import Author, Dialogue, Turn
from assistants.engine import QUIET
from assistants.registry import engines
from conversations.actions.contacts import is_unnamed
from conversations.models import Conversation, Message

HISTORY = 40
TAGGED_THREADS = 500
AUTHORS: dict[str, Author] = {"user": "customer", "assistant": "assistant", "agent": "agent"}


def dialogue_of(conversation: Conversation, until: Message | None = None) -> Dialogue:
    """As it stands, or as it stood when a message had just come."""
    spoken = conversation.messages.filter(internal=False)
    if until is not None:
        spoken = spoken.filter(sequence__lte=until.sequence)
    now = until.created_at if until else timezone.now()
    # However long the history, a text that is said once in twelve hours has to be seen in it.
    canned = spoken.filter(metadata__kind__in=["auto", "out_of_hours"], created_at__gt=now - QUIET)
    recent = {message.sequence: message for message in [*canned, *spoken.order_by("-sequence")[:HISTORY]]}
    return Dialogue(
        turns=tuple(as_turn(recent[sequence]) for sequence in sorted(recent)),
        contact_name="" if is_unnamed(conversation) else conversation.contact_name,
        platform=conversation.platform,
        language=conversation.language,
        out_of_hours_text=conversation.integration.out_of_hours_text if conversation.integration else "",
        priority=conversation.priority,
        known_tags=known_tags(conversation) if len(engines()) > 1 else (),
    )


def as_turn(message: Message) -> Turn:
    metadata = message.metadata or {}
    kind, offered = metadata.get("kind", ""), tuple(choice["title"] for choice in metadata.get("choices", ()))
    said = metadata.get("chosen", message.content)  # a bare number says nothing without what it was picked from
    return Turn(AUTHORS[message.sender], said, message.created_at, kind, offered)


def known_tags(conversation: Conversation) -> tuple[str, ...]:
    lately = Conversation.objects.filter(user_id=conversation.user_id).order_by("-last_message_time", "-id")
    return tuple(sorted({tag for tags in lately.values_list("tags", flat=True)[:TAGGED_THREADS] for tag in tags}))
