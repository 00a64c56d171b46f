"""Keeping a thread's search terms. Inserted under its lock, so two writers never meet on one term."""

from collections.abc import Iterable

from conversations.models import Conversation, SearchTerm
from conversations.search import terms_of, terms_of_contact


def index_text(conversation: Conversation, text: str) -> None:
    _index(conversation, terms_of(text))


def forget_text(conversation: Conversation, text: str) -> None:
    """A text is gone from a thread: its words go too, unless another message or the contact has them."""
    gone = set(terms_of(text)) - set(contact_terms(conversation))
    for content in conversation.messages.values_list("content", flat=True).iterator(500):
        if not gone:
            return
        gone.difference_update(terms_of(content))
    SearchTerm.objects.filter(conversation=conversation, term__in=gone).delete()


def index_contact(conversation: Conversation) -> None:
    _index(conversation, contact_terms(conversation))


def contact_terms(conversation: Conversation) -> list[str]:
    names = (conversation.contact_name, conversation.contact_email, conversation.contact_username)
    return terms_of_contact(names, conversation.contact_phone)


def _index(conversation: Conversation, terms: Iterable[str]) -> None:
    rows = [SearchTerm(user_id=conversation.user_id, conversation=conversation, term=term) for term in terms]
    SearchTerm.objects.bulk_create(rows, ignore_conflicts=True)
