"""What a burst asks: one or several questions, each with what the customer told beside it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistants.dialogue import Dialogue
from assistants.intents import small_talk
from assistants.knowledge.passages import sentences
from assistants.knowledge.query import asks_anything, has_lead_in, names_a_matter, without_slang
from assistants.knowledge.words import words

_ASKS = re.compile(
    r"^(?:y |o |and |or |pero |but |tambien |also |ademas |oye |oiga |hola |hi |hello )*"
    r"(?:(?:a|en|de|desde|hasta|para|por|con|x|k|q|in|at|on|for|from|until) )?"
    r"(?:que|cual(?:es)?|cuant[oa]s?|cuando|donde|como|quien(?:es)?|hay|tienen?|tendran|acept\w+|hacen|venden|manejan"
    r"|puedo|pueden?|podria[ns]?|se puede|es posible|ofrecen|dan|cobran|abren|cierran"
    r"|what\w*|when|where|how|who|which|why|do|does|did|is|are|can|could|will|would|may)\b"
)
_CONTINUES = re.compile(r"^[¿\s]*(?:y|e|and|what about|how about|que tal)\b", re.IGNORECASE)
_JOINT = re.compile(
    r",?\s+(?:y|and)\s+(?=¿?(?:a qu[eé] hora|qu[eé]|cu[aá]l|cu[aá]nt[oa]s?|cu[aá]ndo|d[oó]nde|c[oó]mo|tienen|hay"
    r"|aceptan|se puede|puedo|what|where|when|how|do you|is there|are there|can i)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    text: str
    aside: str = ""
    """What was told before it, or asked before where it only goes on ("¿y los domingos?")."""


def asked(dialogue: Dialogue) -> list[Asked]:
    """In order; at least one where the burst has a word that is no courtesy."""
    found = _gathered([part for turn in dialogue.burst for part in _parts(turn.text) if not _is_courtesy(part)])
    before = asked_before(dialogue)
    if (
        found
        and before
        and (_CONTINUES.match(found[0].text) or not names_a_matter(f"{found[0].aside} {found[0].text}"))
    ):
        found[0] = replace(found[0], aside=f"{before} {found[0].aside}".strip())
    return found


def _goes_on(first: Asked) -> bool:
    """Whether it needs what was asked before to be understood."""
    return bool(_CONTINUES.match(first.text)) or not names_a_matter(f"{first.aside} {first.text}")


def _gathered(parts: list[str]) -> list[Asked]:
    """Statements go to the question after them, or before them at the end. What asks for nothing of its own goes on."""
    if not any(map(is_question, parts)):
        return [Asked(" ".join(parts))] if parts else []
    found: list[Asked] = []
    told: list[str] = []
    for part in parts:
        if not is_question(part):
            told.append(part)
            continue
        goes_on = bool(found) and not told and (not names_a_matter(part))
        if goes_on:
            found[-1] = replace(found[-1], text=f"{found[-1].text} {part}")
        else:
            found.append(Asked(part, " ".join(told)))
        told = []
    if told:
        found[-1] = replace(found[-1], aside=" ".join([found[-1].aside, *told]).strip())
    return found


def is_question(part: str) -> bool:
    """Not "¿me puedes ayudar?", which asks for nothing that could be answered."""
    put = re.search(r"[?¿]", part) or _ASKS.match(without_slang(part)) or has_lead_in(part)
    return bool(put) and asks_anything(part)


def _parts(text: str) -> Iterator[str]:
    for sentence in sentences(text):
        for piece in re.split(r"(?<=\?)\s*(?=\S)", sentence):
            yield from _joined(piece)


def _joined(piece: str) -> Iterator[str]:
    """Two questions that an `y` joins, where each names its matter."""
    halves = _JOINT.split(piece, maxsplit=1)
    yield from halves if all(is_question(half) and names_a_matter(half) for half in halves) else [piece]


def _is_courtesy(part: str) -> bool:
    return bool(small_talk(part)) or not words(part)


def asked_before(dialogue: Dialogue) -> str:
    """The customer's last words before somebody answered."""
    earlier = dialogue.turns[: len(dialogue.turns) - len(dialogue.burst)]
    while earlier and earlier[-1].author != "customer":
        earlier = earlier[:-1]
    return Dialogue(earlier).question
