"""Whose thread it is. A customer has several ids, and each of them leads to their one thread.

The unique row of an id is the judge: of two first messages under different ids of one person, whoever holds an id first
makes the thread, and the other waits for that commit and joins it.
"""

from collections.abc import Iterable
from dataclasses import replace

from conversations.actions.announce import announce
from conversations.actions.search import index_contact
from conversations.models import ContactAlias, Conversation
from integrations.models import Integration
from integrations.platforms.base import Contact
from integrations.registry import PLATFORMS


def find_conversation(integration: Integration, contact: Contact) -> Conversation | None:
    """The contact's thread, locked, by the first of their ids that is known. The others lead to it from now on."""
    ids = ids_of(contact)
    rows = ContactAlias.objects.filter(integration=integration, external_id__in=ids).order_by("conversation_id")
    locked = rows.select_related("conversation").select_for_update(of=("conversation",))
    found = {row.external_id: row.conversation for row in locked}
    thread = next((found[name] for name in ids if name in found), None)
    if thread is not None:
        lead(integration, [name for name in ids if name not in found or found[name].pk != thread.pk], thread)
    return thread


def lead(integration: Integration, ids: Iterable[str], thread: Conversation) -> None:
    """Have the ids lead to the thread, whoever had them: they turned out to be one person's."""
    rows = alias_rows(integration, ids, thread)
    if rows:
        ContactAlias.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["integration", "external_id"], update_fields=["conversation"]
        )


def save_first(made: Conversation, contact: Contact) -> bool:
    """Save a new thread as the contact's; False when they have one by now, made here or in another transaction."""
    ids = ids_of(contact)
    # Their foreign key is checked at the commit. In one order everywhere, so that two of these cannot block each other.
    ContactAlias.objects.bulk_create(alias_rows(made.integration, ids, made), ignore_conflicts=True)
    held = ContactAlias.objects.filter(integration=made.integration, external_id__in=ids)
    if held.exclude(conversation_id=made.pk).exists():
        held.filter(conversation_id=made.pk).delete()
        return False
    made.save(force_insert=True)
    index_contact(made)
    return True


def alias_rows(integration: Integration | None, ids: Iterable[str], thread: Conversation) -> list[ContactAlias]:
    return [ContactAlias(integration=integration, external_id=name, conversation=thread) for name in sorted(ids)]


def ids_of(contact: Contact) -> list[str]:
    return list(dict.fromkeys(filter(None, (contact.external_id, *contact.aliases))))


def new_conversation(integration: Integration, contact: Contact) -> Conversation:
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


def refresh_contact(conversation: Conversation, contact: Contact) -> None:
    """Newer facts of a locked thread's contact; a name that a person of the team gave is not theirs to lose."""
    before = (conversation.contact_name, conversation.contact_phone, conversation.contact_username)
    if contact.name and not conversation.name_is_given:
        conversation.contact_name = contact.name[:255]
    conversation.contact_phone = conversation.contact_phone or contact.phone[:50] or None
    conversation.contact_username = contact.username[:255] or conversation.contact_username
    conversation.language = conversation.language or contact.language[:16]
    if before != (conversation.contact_name, conversation.contact_phone, conversation.contact_username):
        index_contact(conversation)


def is_unnamed(conversation: Conversation) -> bool:
    """Whether nobody, person or platform, has told the contact's name yet."""
    return conversation.contact_name == PLATFORMS[conversation.platform].unnamed


def name_contact(conversation: Conversation, contact: Contact) -> None:
    """The platform told, when it was asked, who a locked thread is with."""
    named = replace(contact, name=contact.name or contact.username) if is_unnamed(conversation) else contact
    refresh_contact(conversation, named)
    conversation.save()
    announce("updated", conversation)


def move_contact(conversation: Conversation, contact: Contact) -> None:
    """The customer's id changed: the thread that was found by it or by the old ones is written to by the new one."""
    taken = Conversation.objects.filter(
        integration=conversation.integration, contact_external_id=contact.external_id
    ).exclude(pk=conversation.pk)
    if conversation.contact_external_id == contact.external_id or taken.exists():
        return
    if conversation.integration is not None:
        lead(conversation.integration, ids_of(contact), conversation)
    conversation.contact_external_id = contact.external_id
    conversation.contact_phone = contact.phone[:50] or conversation.contact_phone
    conversation.save()
    index_contact(conversation)
    announce("updated", conversation)
