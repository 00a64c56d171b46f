"""A claim while its assistant thinks."""

import time

from django.conf import settings
from django.utils import timezone

from conversations.actions.threads import AIState
from conversations.answering.claims import Claim, lease
from conversations.models import Conversation


class Thinking:
    """A model may take longer than the lease, which is short so that a killed worker is soon replaced: whoever still
    asks is alive, and asking renews it.
    """

    def __init__(self, claimed: Claim) -> None:
        self.claimed = claimed
        self.renewed_at = time.monotonic()

    def is_moot(self) -> bool:
        """Whether the customer wrote on, or a person took over, since the claim. Asked several times a second."""
        claimed = self.claimed
        fresh = Conversation.objects.filter(
            pk=claimed.conversation_id,
            turn=claimed.turn,
            ai_state=AIState.AI,
            assigned_assistant=claimed.assistant,
            answer_due_at__isnull=False,
        )
        if time.monotonic() < self.renewed_at + settings.WORKER_LEASE_SECONDS / 3:
            return not fresh.exists()
        self.renewed_at = time.monotonic()
        return not fresh.update(answer_lease_until=timezone.now() + lease())
