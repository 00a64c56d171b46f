"""Which passages tell the same: the other language's version of an answer, the page beside the FAQ.

An exam that takes an answer out has to take its twins out too, or it would call the right answer wrong. Twins are known
by what survives translation: numbers, prices, times, names, addresses. Each has to be rare to count.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from assistants.knowledge.passages import Passage
from flame.lib.folding import fold

MOST_COMMON = 4
"""A mark that more passages have says nothing about any two of them."""
SHARED_WORDS = 3
"""Rare words that two passages of one language must share, where they share no number and no name."""


def twins_of(passages: Sequence[Passage]) -> list[frozenset[int]]:
    """Per passage, the numbers of all that tell the same, its own among them."""
    by_mark: dict[str, list[int]] = defaultdict(list)
    for number, passage in enumerate(passages):
        for mark in _marks(passage.text):
            by_mark[mark].append(number)
    same: list[set[int]] = [{number} for number in range(len(passages))]
    shared_words: Counter[tuple[int, int]] = Counter()
    for mark, having in by_mark.items():
        for one in having if len(having) <= MOST_COMMON else ():
            for other in having:
                if mark.startswith("word "):
                    shared_words[one, other] += 1
                else:
                    same[one].add(other)
    for (one, other), count in shared_words.items():
        if count >= SHARED_WORDS:
            same[one].add(other)
    texts = defaultdict(set)
    for number, passage in enumerate(passages):
        texts[passage.text].add(number)
    return [frozenset(same[number] | texts[passage.text]) for number, passage in enumerate(passages)]


def _marks(text: str) -> set[str]:
    numbers = {f"number {found.strip('.,:')}" for found in re.findall(r"\d[\d.,:]*", text)}
    inside = re.findall(r"(?<=[^.!?¿¡:\s] )[A-ZÁÉÍÓÚÑ]\w{3,}|\w+[@.]\w+[\w.]*\w", text)
    names = {f"name {fold(found)}" for found in inside}
    words = {f"word {word}" for word in re.findall(r"[^\W\d_]{5,}", fold(text))}
    return numbers | names | words
