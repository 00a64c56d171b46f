"""The engine without a model: approved answers word for word, or an honest "I don't know".

It follows no instructions, so there is nothing to inject. Needs no key and no network.
"""

import re
from collections.abc import Collection, Iterable

from django.utils import translation

from assistants import phrases
from assistants.dialogue import Consulted, Dialogue, Reply
from assistants.intents import small_talk
from assistants.knowledge.index import Hit
from assistants.knowledge.passages import sentences
from assistants.knowledge.shelf import index_of
from assistants.knowledge.verdicts import certainty
from assistants.knowledge.words import words
from assistants.models import Assistant
from assistants.providers.base import Watch

NAME = "embedded"
MOST_ANSWERS = 2
MOST_CONSULTED = 10


class EmbeddedProvider:
    def answer(self, assistant: Assistant, dialogue: Dialogue, language: str, watch: Watch) -> Reply:
        with translation.override(language):
            reply = _small_talk(dialogue) or _from_knowledge(assistant, dialogue)
        if reply.kind == "answer":
            watch.on_delta(reply.text)
        return reply


def _small_talk(dialogue: Dialogue) -> Reply | None:
    said = small_talk(dialogue.question)
    if not said:
        return None
    text = phrases.greeting(dialogue) if said == "greeting" else phrases.thanks()
    return Reply(text, "answer", NAME, said)


def _from_knowledge(assistant: Assistant, dialogue: Dialogue) -> Reply:
    index = index_of(assistant)
    ignoring = words(dialogue.contact_name)
    searches = [index.search(question, ignoring) for question in questions(dialogue.question)]
    confidence = min((hits[0].confidence if hits else 0.0 for hits in searches), default=0.0)
    sure = [hits for hits in searches if certainty(hits, index.tuning) == "sure"]
    best = {hits[0].passage.id: hits[0].passage for hits in sure}
    if not searches or len(sure) < len(searches) or len(best) > MOST_ANSWERS:
        return Reply(phrases.not_known(), "handoff", NAME, "not_known", confidence, "low", passages=consulted(searches))
    text = "\n\n".join(passage.text for passage in best.values())
    return Reply(text, "answer", NAME, "", confidence, passages=consulted(searches, best))


def questions(text: str) -> list[str]:
    """What a burst asks: its sentences with a question mark, or all of it if it has none."""
    asked = [sentence for sentence in sentences(text) if re.search(r"[?¿]", sentence) and words(sentence)]
    return asked or [text]


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
