"""A business's questions put to the embedded engine, trained in memory by the code that trains assistants."""

from datetime import UTC, datetime
from functools import lru_cache

from django.utils import translation

from assistants.dialogue import Dialogue, Reply, Turn
from assistants.evaluation.scoring import Outcome, Verdict, holds, rank_of
from assistants.evaluation.sets import Business, Question
from assistants.knowledge.chunks import passages_of
from assistants.knowledge.classifier import Classifier
from assistants.knowledge.index import Index
from assistants.languages import language_of
from assistants.providers import embedded
from assistants.training.calibration import calibrate
from assistants.training.questions import exam_of

ASKED_AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


def ask_all(business: Business, part: str) -> list[Outcome]:
    if not business.questions[part]:
        return []
    index = trained(business)
    return [_ask(business.name, index, question) for question in business.questions[part]]


@lru_cache(maxsize=16)
def trained(business: Business) -> Index:
    """By what `train` does between reading the sources and storing the version."""
    passages = passages_of(business.sources)
    index, _ = calibrate(Index.of(passages).classified(Classifier.of(passages)), exam_of(passages), bool)
    return index


def _ask(business: str, index: Index, question: Question) -> Outcome:
    dialogue = Dialogue(tuple(Turn("customer", text, ASKED_AT) for text in question.ask))
    language = language_of(dialogue)
    searches = [[hit.passage for hit in hits] for hits in embedded.search(index, dialogue, language)]
    with translation.override(language):
        reply = embedded.reply_from(index, dialogue, language)
    return Outcome(
        business,
        question,
        _verdict(reply, question, index),
        tuple(rank_of(facts, searches) for facts in question.right),
        reply.text,
        reply.confidence or 0.0,
    )


def _verdict(reply: Reply, question: Question, index: Index) -> Verdict:
    if reply.kind == "choices":
        texts = [passage.text for passage in index.passages if embedded.label(passage) in reply.choices]
        found = any(holds(text, facts) for text in texts for facts in question.right)
        return "choices" if found else "missed_choices"
    if reply.kind != "answer" or reply.confidence is None:
        return "refused"
    return "right" if question.right and all(holds(reply.text, facts) for facts in question.right) else "wrong"
