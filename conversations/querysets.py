from typing import TYPE_CHECKING

from django.db import models

from accounts.models import User

if TYPE_CHECKING:
    from conversations.models import Conversation, Message  # noqa: F401 - named in the generic below


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, user: User) -> "ConversationQuerySet":
        return self.filter(user_id=user.account_id)


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> "MessageQuerySet":
        return self.filter(conversation__user_id=user.account_id)

    def outbound(self) -> "MessageQuerySet":
        """What goes to the customer: no inbound message, no private note."""
        return self.filter(internal=False).exclude(sender="user")

    def undelivered(self) -> "MessageQuerySet":
        return self.outbound().filter(status__in=["queued", "sending"])
