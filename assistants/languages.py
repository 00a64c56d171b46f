"""Spanish or English, by the small words that only one of them has."""

import re

from assistants.dialogue import Dialogue
from assistants.knowledge.lexicon import EMPTY_WORDS
from flame.lib.folding import fold

DEFAULT = "es"
LANGUAGES = ("es", "en")

_ASKING = {
    "es": {"cuando", "donde", "cuanto", "cuanta", "cuantos", "cuantas"},
    "en": {"when", "where", "much", "many", "long"},
}
_MARKS = {
    "es": (EMPTY_WORDS["es"] - EMPTY_WORDS["en"]) | _ASKING["es"],
    "en": (EMPTY_WORDS["en"] - EMPTY_WORDS["es"]) | _ASKING["en"],
}


def detect(text: str) -> str:
    """`es` or `en`, or empty when nothing speaks for either."""
    if re.search("[¿¡ñÑ]", text):
        return "es"
    words = re.findall(r"[a-z]+", fold(text))
    score = {language: sum(word in marks for word in words) for language, marks in _MARKS.items()}
    if score["es"] == score["en"]:
        return ""
    return max(LANGUAGES, key=score.__getitem__)


def language_of(dialogue: Dialogue) -> str:
    """The language to write in: as told, else as the customer writes, else Spanish."""
    told = dialogue.language.lower()[:2]
    if told in LANGUAGES:
        return told
    texts = [turn.text for turn in dialogue.turns if turn.author == "customer"]
    return next((found for text in [dialogue.question, *reversed(texts)] if (found := detect(text))), DEFAULT)
