"""Which messages are answered anew: of each of the last conversations the last few bursts."""

import uuid
from itertools import pairwise

from assistants.models import Assistant
from conversations.models import Conversation, Message

BURSTS = 3
"""Of one conversation: a long one must not be the whole test."""
LOOKED_AT = 60
"""How many messages back its bursts are looked for."""


def questions_of(assistant: Assistant, conversations: int) -> list[str]:
    """The ids of each burst's last message, oldest conversation first."""
    threads = Conversation.objects.filter(assigned_assistant=assistant, last_inbound_at__isnull=False)
    newest = threads.order_by("-last_message_time", "-id").values_list("id", flat=True)[:conversations]
    return [str(message) for thread in reversed(newest) for message in _ends_of_bursts(thread)]


def _ends_of_bursts(conversation_id: uuid.UUID) -> list[uuid.UUID]:
    spoken = Message.objects.filter(conversation_id=conversation_id, internal=False).order_by("-sequence")
    newest = list(spoken.values_list("id", "sender")[:LOOKED_AT])
    said = [*reversed(newest), (None, "")]
    ends = [id for (id, sender), (_, then) in pairwise(said) if sender == "user" and then != "user" and id]  # noqa: A001
    return ends[-BURSTS:]
