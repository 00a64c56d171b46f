"""The engine without a model: approved words as they stand, a question back, or an honest "I don't know".

It follows no instructions, so there is nothing to inject. Needs no key and no network.
"""

from collections.abc import Collection, Iterable, Sequence

from django.utils import translation

from assistants import phrases
from assistants.choosing import chosen
from assistants.dialogue import Consulted, Dialogue, Reply
from assistants.intents import small_talk
from assistants.knowledge.index import Hit, Index
from assistants.knowledge.passages import Passage
from assistants.knowledge.shelf import index_of
from assistants.knowledge.tuning import Tuning
from assistants.knowledge.verdicts import certainty
from assistants.knowledge.words import words
from assistants.models import Assistant
from assistants.providers.base import Watch
from assistants.questions import asked, asked_before

NAME = "embedded"
MOST_ANSWERS = 3
MOST_CHOICES = 3
MOST_CONSULTED = 10
LABEL_WORDS = 6
NEAR = 0.7
"""A choice is offered that is at least so sure as the best one, in shares of it."""


class EmbeddedProvider:
    def answer(self, assistant: Assistant, dialogue: Dialogue, language: str, watch: Watch) -> Reply:
        with translation.override(language):
            reply = reply_from(index_of(assistant), dialogue, language)
        if reply.kind == "answer":
            watch.on_delta(reply.text)
        return reply


def reply_from(index: Index, dialogue: Dialogue, language: str) -> Reply:
    """Under `translation.override(language)`."""
    return _small_talk(dialogue) or _chosen(index, dialogue) or _found(index, dialogue, language)


def search(index: Index, dialogue: Dialogue, language: str) -> list[list[Hit]]:
    """What each question of the burst finds."""
    ignoring = words(dialogue.contact_name)
    return [index.search(each.text, ignoring, aside=each.aside, language=language) for each in asked(dialogue)]


def _small_talk(dialogue: Dialogue) -> Reply | None:
    said = small_talk(dialogue.question)
    if not said:
        return None
    return Reply(phrases.small_talk(said, dialogue), "answer", NAME, said)


def _chosen(index: Index, dialogue: Dialogue) -> Reply | None:
    """The answer to a question that was offered before."""
    meant = chosen(dialogue.question, dialogue.offered)
    if meant is None:
        return None
    passage = next((each for each in index.passages if label(each) == meant), None)
    if passage is None:
        return _not_known([])
    query = index.read(asked_before(dialogue))
    seen = consulted([[Hit(passage, 0.0, 1.0, query)]], {passage.id})
    return Reply(index.quote(passage, query), "answer", NAME, "chosen", 1.0, passages=seen)


def _found(index: Index, dialogue: Dialogue, language: str) -> Reply:
    found = search(index, dialogue, language)
    best = [hits[0] for hits in found if certainty(hits, index.tuning) == "sure"]
    texts = list(dict.fromkeys(index.quote(hit.passage, hit.query) for hit in best))
    if found and len(best) == len(found) and len(texts) <= MOST_ANSWERS:
        seen = consulted(found, {hit.passage.id for hit in best})
        return Reply("\n\n".join(texts), "answer", NAME, "", _confidence(found), passages=seen)
    if len(found) == 1 and (offered := _choices(found[0], index.tuning)):
        text, sure = phrases.did_you_mean(), _confidence(found)
        return Reply(text, "choices", NAME, "close", sure, "close", choices=offered, passages=consulted(found))
    return _not_known(found)


def _not_known(found: Sequence[Sequence[Hit]]) -> Reply:
    seen = consulted(found)
    return Reply(phrases.not_known(), "handoff", NAME, "not_known", _confidence(found), "low", passages=seen)


def _confidence(found: Sequence[Sequence[Hit]]) -> float:
    """Of the question that is known least."""
    return min((hits[0].confidence if hits else 0.0 for hits in found), default=0.0)


def _choices(hits: Sequence[Hit], tuning: Tuning) -> tuple[str, ...]:
    """The questions that the customer may mean."""
    if certainty(hits, tuning) == "low":
        return ()
    least = max(tuning.close, NEAR * hits[0].confidence)
    return tuple(dict.fromkeys(label(hit.passage) for hit in hits if hit.confidence >= least))[:MOST_CHOICES]


def label(passage: Passage) -> str:
    """What a choice is called: the question, or the heading and how the text begins."""
    if passage.questions:
        return passage.questions[0]
    above = passage.heading.split(" › ")[-1] or passage.title
    begins = passage.text.split("\n")[0].lstrip("-•* ").split()
    return f"{above}: {' '.join(begins[:LABEL_WORDS])}{'…' if len(begins) > LABEL_WORDS else ''}"


def consulted(searches: Iterable[Iterable[Hit]], cited: Collection[str] = ()) -> tuple[Consulted, ...]:
    """What searches found, each passage once, best first, up to ten."""
    best: dict[str, Hit] = {}
    for hit in (hit for hits in searches for hit in hits):
        known = best.get(hit.passage.id)
        best[hit.passage.id] = max(known or hit, hit, key=lambda one: one.confidence)
    ordered = sorted(best.values(), key=lambda hit: (hit.passage.id not in cited, -hit.confidence))
    return tuple(_seen(hit, cited) for hit in ordered[:MOST_CONSULTED])


def _seen(hit: Hit, cited: Collection[str]) -> Consulted:
    passage = hit.passage
    score = round(hit.confidence, 3)
    return Consulted(passage.id, passage.source_id, passage.title, passage.text, score, passage.id in cited)
