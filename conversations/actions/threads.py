"""Opening, locking and changing a thread. Whoever changes one holds its row first."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from accounts.stream import SYSTEM, Actor
from conversations.actions.announce import announce
from conversations.actions.search import index_contact
from conversations.models import Conversation, StatusChange
from integrations.models import Integration
from integrations.platforms.base import Contact
from integrations.registry import PLATFORMS

Status = Conversation.Status
AIState = Conversation.AIState
Kind = StatusChange.Kind


def lock_conversation(conversation_id: uuid.UUID) -> Conversation:
    """The row, held until the commit. Raises Conversation.DoesNotExist."""
    return Conversation.objects.select_for_update().get(pk=conversation_id)


def open_conversation(integration: Integration, contact: Contact) -> tuple[Conversation, bool]:
    """The contact's thread, locked, and whether it is new. Of two first messages, the constraint picks the maker."""
    ids = (contact.external_id, *contact.aliases)
    found = _find(integration, ids)
    if found is not None:
        _refresh_contact(found, contact)
        return found, False
    Conversation.objects.bulk_create([_new_conversation(integration, contact)], ignore_conflicts=True)
    made = _find(integration, ids)
    if made is None:
        raise Conversation.DoesNotExist(f"The thread of {contact.external_id} vanished while it was opened.")
    index_contact(made)
    return made, made.last_sequence == 0


def start_conversation(account_id: uuid.UUID, fields: dict[str, Any], actor: Actor) -> Conversation:
    """A thread that the business opens. Raises IntegrityError when the contact has one on this integration."""
    made = Conversation.objects.create(user_id=account_id, **fields)
    index_contact(made)
    announce("created", made, actor)
    return made


def _find(integration: Integration, ids: tuple[str, ...]) -> Conversation | None:
    threads = Conversation.objects.filter(integration=integration, contact_external_id__in=ids).order_by("id")
    threads = threads.exclude(contact_external_id="")  # the unique index leaves these out, and SQLite has to be told
    # Picked here: to order one or two rows by a CASE costs more than to find them.
    return min(threads.select_for_update(), key=lambda thread: ids.index(thread.contact_external_id), default=None)


def _new_conversation(integration: Integration, contact: Contact) -> Conversation:
    unnamed = PLATFORMS[integration.platform].unnamed
    return Conversation(
        user_id=integration.user_id,
        integration=integration,
        platform=integration.platform,
        contact_external_id=contact.external_id,
        contact_name=(contact.name or contact.username or contact.phone or unnamed or contact.external_id)[:255],
        contact_phone=contact.phone[:50] or None,
        contact_username=contact.username[:255],
        language=contact.language[:16],
        assigned_assistant_id=integration.default_assistant_id,
    )


def is_unnamed(conversation: Conversation) -> bool:
    """Whether nobody, person or platform, has told the contact's name yet."""
    return conversation.contact_name == PLATFORMS[conversation.platform].unnamed


def name_contact(conversation: Conversation, contact: Contact) -> None:
    """The platform told who a locked thread is with. A name that a person of the team gave is not its to change."""
    if is_unnamed(conversation):
        conversation.contact_name = (contact.name or contact.username or conversation.contact_name)[:255]
    conversation.contact_username = contact.username[:255] or conversation.contact_username
    conversation.save()
    index_contact(conversation)
    announce("updated", conversation)


def _refresh_contact(conversation: Conversation, contact: Contact) -> None:
    """Newer facts about the contact; a name that a person of the team gave is not theirs to lose."""
    conversation.contact_phone = conversation.contact_phone or contact.phone[:50] or None
    conversation.contact_username = contact.username[:255] or conversation.contact_username
    conversation.language = conversation.language or contact.language[:16]


def find_conversation(integration: Integration, contact: Contact) -> Conversation | None:
    """The contact's thread, locked, by any of the contact's ids."""
    return _find(integration, (contact.external_id, *contact.aliases))


def move_contact(conversation: Conversation, contact: Contact) -> None:
    """The customer's id changed: the thread goes with them, unless they already have one under the new id."""
    taken = Conversation.objects.filter(
        integration=conversation.integration, contact_external_id=contact.external_id
    ).exclude(pk=conversation.pk)
    if conversation.contact_external_id == contact.external_id or taken.exists():
        return
    conversation.contact_external_id = contact.external_id
    conversation.contact_phone = contact.phone[:50] or conversation.contact_phone
    conversation.save()
    index_contact(conversation)
    announce("updated", conversation)


def expect_answer(conversation: Conversation, wait: float) -> None:
    """The assistant answers when the burst pauses for `wait` seconds, at the latest after DEBOUNCE_MAX_SECONDS."""
    now = timezone.now()
    if conversation.answer_due_at is None or conversation.burst_started_at is None:
        conversation.burst_started_at = now
    latest = conversation.burst_started_at + timedelta(seconds=max(settings.DEBOUNCE_MAX_SECONDS, wait))
    conversation.answer_due_at = min(now + timedelta(seconds=wait), latest)
    conversation.answer_attempts = 0


def silence_assistant(conversation: Conversation) -> None:
    """A person has taken over: whatever the assistant was about to say is dropped."""
    conversation.ai_state = AIState.HUMAN
    conversation.answer_due_at = conversation.handoff_notice_at = None


def change_status(conversation: Conversation, status: str, actor: Actor = SYSTEM) -> None:
    """Set the status of a locked thread, with its event; unchanged, nothing happens."""
    if conversation.status == status:
        return
    before, conversation.status = conversation.status, status
    conversation.resolved_at = timezone.now() if status == Status.RESOLVED else None
    if status in {Status.RESOLVED, Status.ARCHIVED}:
        conversation.answer_due_at = conversation.handoff_notice_at = None
    conversation.save()
    _record(Kind.STATUS, conversation, actor, before)
    announce("status_changed", conversation, actor, previous=before)


def _record(kind: Kind, conversation: Conversation, actor: Actor, before: str | None = None) -> None:
    conversation.status_changes.create(
        kind=kind,
        from_status=before or conversation.status,
        to_status=conversation.status,
        actor_type=actor.type,
        actor_id=actor.id,
        assistant_id=conversation.assigned_assistant_id,
    )


def update_conversation(conversation: Conversation, changes: dict[str, Any], actor: Actor) -> None:
    """Set fields of a locked thread that mean nothing beyond themselves."""
    for name, value in changes.items():
        setattr(conversation, name, value)
    conversation.save()
    index_contact(conversation)
    announce("updated", conversation, actor)


def mark_read(conversation: Conversation, actor: Actor) -> None:
    if conversation.unread_count:
        conversation.unread_count = 0
        conversation.save()
        announce("read", conversation, actor)


def assign_agent(conversation: Conversation, agent: User | None, actor: Actor) -> None:
    """Give a locked thread to a person, who then speaks instead of the assistant; None takes it from whoever has it."""
    conversation.assigned_agent = agent
    if agent is not None:
        silence_assistant(conversation)
    conversation.save()
    announce("assigned", conversation, actor)


def hand_off(conversation: Conversation, actor: Actor, reason: str) -> None:
    """From the assistant to the people of the team: the thread waits for them. If for long, its owner hears of it."""
    silence_assistant(conversation)
    if settings.HANDOFF_NOTICE_MINUTES and conversation.assigned_agent_id is None:
        conversation.handoff_notice_at = timezone.now() + timedelta(minutes=settings.HANDOFF_NOTICE_MINUTES)
    if conversation.status == Status.ACTIVE:
        change_status(conversation, Status.PENDING, actor)
    conversation.save()
    _record(Kind.HANDED_OFF, conversation, actor)
    announce("handed_off", conversation, actor, reason=reason)


def resume_assistant(conversation: Conversation, actor: Actor) -> None:
    """Back to the assistant, which speaks again from the next message on."""
    conversation.ai_state = AIState.AI
    conversation.save()
    _record(Kind.RESUMED, conversation, actor)
    announce("resumed", conversation, actor)
