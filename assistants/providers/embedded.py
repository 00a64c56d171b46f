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
from assistants.knowledge.words import words
from assistants.models import Assistant
from assistants.providers.base import Watch

NAME = "embedded"
# Chosen on the demo shop's own and strange questions (tests/questions.json), so that no strange one is answered.
SURE = 0.74
"""From here on the best passage is said."""
CLEAR = 0.15
"""By so much it must lead the next one, or else the question is about either."""
PLAIN = 0.95
"""From here on the question is the phrasing itself, whatever comes second."""
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
    best = {hits[0].passage.id: hits[0].passage for hits in searches if is_sure(hits)}
    if not searches or not all(is_sure(hits) for hits in searches) or len(best) > MOST_ANSWERS:
        return Reply(phrases.not_known(), "handoff", NAME, "not_known", confidence, "low", passages=consulted(searches))
    text = "\n\n".join(passage.text for passage in best.values())
    return Reply(text, "answer", NAME, "", confidence, passages=consulted(searches, best))


def is_sure(hits: list[Hit]) -> bool:
    """Whether the first of a search's passages may be said."""
    if not hits or hits[0].confidence < SURE:
        return False
    rival = next((hit.confidence for hit in hits[1:] if hit.passage.text != hits[0].passage.text), 0.0)
    return hits[0].confidence >= PLAIN or hits[0].confidence - rival >= CLEAR


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
