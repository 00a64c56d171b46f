"""Opening, locking and changing a thread. Whoever changes one holds its row first."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import User
from accounts.stream import SYSTEM, Actor
from conversations.actions.announce import announce
from conversations.actions.contacts import find_conversation, new_conversation, refresh_contact, save_first
from conversations.actions.learning import learn_from
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
    """The contact's thread, locked, and whether it is new."""
    found = find_conversation(integration, contact)
    if found is None:
        made = new_conversation(integration, contact)
        if save_first(made, contact):
            return made, True
        found = find_conversation(integration, contact)
    if found is None:
        raise Conversation.DoesNotExist(f"The thread of {contact.external_id} vanished while it was opened.")
    refresh_contact(found, contact)
    return found, False


def start_conversation(account_id: uuid.UUID, fields: dict[str, Any], actor: Actor) -> Conversation:
    """A thread that the business opens. Raises IntegrityError when the contact has one on this integration."""
    made = Conversation(user_id=account_id, name_is_given=True, **fields)
    contact, adapter = Contact(made.contact_external_id), PLATFORMS.get(made.platform)
    if made.integration is not None and adapter is not None:
        contact = adapter.contact(made.contact_external_id, made.contact_phone or "")
        made.contact_external_id = contact.external_id
        made.contact_phone = contact.phone or made.contact_phone
    if made.integration is None or not contact.external_id:
        made.save()
        index_contact(made)
    elif not save_first(made, contact):
        raise IntegrityError(f"{contact.external_id} has a thread.")
    announce("created", made, actor)
    return made


def expect_answer(conversation: Conversation, wait: float) -> None:
    """The assistant answers when the burst pauses for `wait` seconds, at the latest after DEBOUNCE_MAX_SECONDS."""
    now = timezone.now()
    is_being_written = conversation.answer_lease_until is not None and conversation.answer_lease_until > now
    if conversation.answer_due_at is None or conversation.burst_started_at is None or is_being_written:
        conversation.burst_started_at = now
    latest = conversation.burst_started_at + timedelta(seconds=max(settings.DEBOUNCE_MAX_SECONDS, wait))
    conversation.answer_due_at = min(now + timedelta(seconds=wait), latest)
    conversation.answer_attempts = 0


def silence_assistant(conversation: Conversation) -> None:
    """A person has taken over: whatever the assistant was about to say is dropped."""
    conversation.ai_state = AIState.HUMAN
    conversation.answer_due_at = conversation.handoff_notice_at = None
    conversation.answer_restarts = 0


def change_status(conversation: Conversation, status: str, actor: Actor = SYSTEM) -> None:
    """Set the status of a locked thread, with its event; unchanged, nothing happens."""
    if conversation.status == status:
        return
    before, conversation.status = conversation.status, status
    conversation.resolved_at = timezone.now() if status == Status.RESOLVED else None
    if status in {Status.RESOLVED, Status.ARCHIVED}:
        conversation.answer_due_at = conversation.handoff_notice_at = None
    if status == Status.RESOLVED:
        learn_from(conversation)
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
    conversation.name_is_given = conversation.name_is_given or "contact_name" in changes
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


def release_agent(agent: User, actor: Actor) -> None:
    """Take the open threads from a person; nobody is told of those that are done."""
    assigned = agent.assigned_conversations.filter(status__in=[Status.ACTIVE, Status.PENDING])
    for conversation in assigned.order_by("pk").select_for_update():
        assign_agent(conversation, None, actor)


def hand_off(conversation: Conversation, actor: Actor, reason: str, summary: str = "") -> None:
    """From the assistant to the people of the team: the thread waits for them. If for long, its owner hears of it."""
    silence_assistant(conversation)
    if settings.HANDOFF_NOTICE_MINUTES and conversation.assigned_agent_id is None:
        conversation.handoff_notice_at = timezone.now() + timedelta(minutes=settings.HANDOFF_NOTICE_MINUTES)
    if conversation.status == Status.ACTIVE:
        change_status(conversation, Status.PENDING, actor)
    conversation.save()
    _record(Kind.HANDED_OFF, conversation, actor)
    announce("handed_off", conversation, actor, reason=reason, summary=summary)


def resume_assistant(conversation: Conversation, actor: Actor) -> None:
    """Back to the assistant, which speaks again from the next message on."""
    conversation.ai_state = AIState.AI
    conversation.save()
    _record(Kind.RESUMED, conversation, actor)
    announce("resumed", conversation, actor)
