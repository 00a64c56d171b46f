"""Questions from conversations with what a person answered: they wait for approval, and answer nobody before it."""

import hashlib
import re
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from assistants.knowledge.words import words
from assistants.models import Assistant, FAQCandidate, KnowledgeSource

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


def approve(candidate: FAQCandidate, question: str, answer: str) -> bool:
    """Make it a question of the assistant's learnt source, to be trained; False where it was decided before. The caller
    holds the assistant's lock.
    """
    decided = FAQCandidate.objects.filter(pk=candidate.pk, status=FAQCandidate.Status.PENDING)
    said = {"status": FAQCandidate.Status.APPROVED, "question": question, "answer": answer}
    if not decided.update(**said, updated_at=timezone.now()):
        return False
    source, _ = candidate.assistant.sources.get_or_create(
        learnt=True, defaults={"kind": KnowledgeSource.Kind.FAQ, "title": gettext("From conversations")}
    )
    source.items = _with(source.items, question, answer)
    source.save(update_fields=["items"])
    candidate.refresh_from_db()
    return True


def reject(candidate: FAQCandidate) -> bool:
    """It is not asked about again; False where it was decided before."""
    decided = FAQCandidate.objects.filter(pk=candidate.pk, status=FAQCandidate.Status.PENDING)
    is_ours = bool(decided.update(status=FAQCandidate.Status.REJECTED, updated_at=timezone.now()))
    candidate.refresh_from_db()
    return is_ours


def recent_questions(assistant: Assistant) -> frozenset[str]:
    """The newest fifth of what was approved: a training asks these first."""
    approved = assistant.faq_candidates.filter(status=FAQCandidate.Status.APPROVED).order_by("-asked_at")
    return frozenset(approved.values_list("question", flat=True)[: -(-approved.count() // 5)])


def unanswered(assistant: Assistant, most: int = 20) -> list[dict[str, Any]]:
    """What is asked most and not yet known: [{question, asked}]."""
    waiting = assistant.faq_candidates.filter(status=FAQCandidate.Status.PENDING).order_by("-asked", "-asked_at")
    return [{"question": each.question, "asked": each.asked} for each in waiting.only("question", "asked")[:most]]


def _with(items: list[dict[str, Any]], question: str, answer: str) -> list[dict[str, Any]]:
    """One more question, or one more phrasing of an answer that is there."""
    for item in items:
        if item["answer"] == answer:
            item["phrasings"] = [*item.get("phrasings", []), question]
            return items
    return [*items, {"question": question, "answer": answer, "phrasings": []}]


def redacted(text: str) -> str:
    """Without e-mail addresses and long numbers: what is learnt from one customer is told to others."""
    return _PRIVATE.sub(HIDDEN, text).strip()


def key_of(question: str) -> str:
    """The same for questions of the same words, however they are spelt and set."""
    return hashlib.sha256(" ".join(words(question)).encode()).hexdigest()
