"""Keeping a thread's search terms. Inserted under its lock, so two writers never meet on one term."""

from collections.abc import Iterable

from conversations.models import Conversation, SearchTerm
from conversations.search import terms_of, terms_of_contact


def index_text(conversation: Conversation, text: str) -> None:
    _index(conversation, terms_of(text))


def index_contact(conversation: Conversation) -> None:
    names = (conversation.contact_name, conversation.contact_email, conversation.contact_username)
    _index(conversation, terms_of_contact(names, conversation.contact_phone))


def _index(conversation: Conversation, terms: Iterable[str]) -> None:
    rows = [SearchTerm(user_id=conversation.user_id, conversation=conversation, term=term) for term in terms]
    SearchTerm.objects.bulk_create(rows, ignore_conflicts=True)
