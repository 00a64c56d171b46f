"""Names of contacts that messages do not bring along: asked of the platform, beside the conversation's way."""

import logging
import uuid

from accounts import stream
from conversations.actions.contacts import is_unnamed, name_contact
from conversations.actions.threads import lock_conversation
from conversations.models import Conversation
from integrations import outbound
from integrations.platforms.base import PlatformError

logger = logging.getLogger(__name__)

TRIES = 3
"""Once for each of the contact's first messages: most refusals stay refusals."""


def wants_profile(conversation: Conversation) -> bool:
    return conversation.turn <= TRIES and is_unnamed(conversation)


def look_up(conversation_id: uuid.UUID) -> bool:
    """Ask, and keep what was told; False when nothing was. A refusal leaves the thread as it is."""
    conversation = Conversation.objects.select_related("integration").filter(pk=conversation_id).first()
    if conversation is None or conversation.integration is None or not is_unnamed(conversation):
        return False
    try:
        contact = outbound.profile(conversation.integration, conversation.contact_external_id)
    except PlatformError as error:
        logger.info("The name of a contact was not told: %s", error)
        return False
    if contact is None or not (contact.name or contact.username):
        return False
    with stream.gathered():
        name_contact(lock_conversation(conversation_id), contact)
    return True
