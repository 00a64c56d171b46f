"""Questions from conversations with what a person answered: they wait for approval, and answer nobody before it."""

import hashlib
import re
from datetime import datetime

from django.db.models import F

from assistants.knowledge.words import words
from assistants.models import Assistant, FAQCandidate

_PRIVATE = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+?\(?\d(?:[ ()-]{0,2}\d){6,}")
HIDDEN = "•••"


def suggest(assistant: Assistant, question: str, answer: str, at: datetime) -> None:
    """Keep a person's answer to a question; the newest stands, until someone has decided about the question."""
    question, answer = redacted(question), redacted(answer)
    if not question or not answer:
        return
    FAQCandidate.objects.bulk_create(
        [FAQCandidate(assistant=assistant, key=key_of(question), question=question, asked=0, asked_at=at)],
        ignore_conflicts=True,
    )
    same = FAQCandidate.objects.filter(assistant=assistant, key=key_of(question))
    same.update(asked=F("asked") + 1, asked_at=at)
    same.filter(status=FAQCandidate.Status.PENDING).update(answer=answer)


def redacted(text: str) -> str:
    """Without e-mail addresses and long numbers: what is learnt from one customer is told to others."""
    return _PRIVATE.sub(HIDDEN, text).strip()


def key_of(question: str) -> str:
    """The same for questions of the same words, however they are spelt and set."""
    return hashlib.sha256(" ".join(words(question)).encode()).hexdigest()
