"""The one or two sentences of a passage that answer a question, word for word."""

from itertools import pairwise

from assistants.knowledge.evidence import Evidence
from assistants.knowledge.passages import Passage, is_list, units
from assistants.knowledge.query import Query

WHOLE_WORDS = 40
"""Two sentences up to here are said together: what is left out may be what was asked."""
GAIN = 0.05
"""So much more of the question a second one must explain where there is no room, or in a list."""
PAIR = 2


def quote(passage: Passage, query: Query, evidence: Evidence) -> str:
    """The answer of a FAQ is approved as a whole."""
    parts = units(passage.text)
    short = len(parts) == PAIR and len(passage.text.split()) <= WHOLE_WORDS
    if passage.questions or len(parts) == 1 or short:
        return passage.text

    def explains(said: str) -> float:
        """With and without the headings: they tell rooms apart, but a sentence that needs none is better."""
        return 0.7 * evidence.explains(query, said, passage.heading) + 0.3 * evidence.explains(query, said, "")

    single = max(parts, key=explains)
    around = [_slice(passage.text, *two) for two in pairwise(parts) if single in two]
    pair = max(around, key=explains)
    room = len(pair.split()) <= WHOLE_WORDS and not is_list(passage.text)
    return pair if room or explains(pair) > explains(single) + GAIN else single


def _slice(text: str, first: str, second: str) -> str:
    """From the first to the end of the second, as it was written."""
    start = text.index(first)
    return text[start : text.index(second, start + len(first)) + len(second)]
