"""How sure a match is: the share of the question's weight that a passage explains, and of the phrasing that was asked.

BM25 scores say which passage is best, not whether it is good. A word that the knowledge has never seen weighs most, so
"¿hacen envíos a Japón?" stays unsure although "envíos" fits. The constants were chosen on the `chosen_on` questions of
assistants/evaluation.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistants.knowledge import marks
from assistants.knowledge.lexicon import CONCEPTS, LIGHT_WORDS
from assistants.knowledge.passages import Passage
from assistants.knowledge.profiles import Phrasing, Profile, Term, Text, keys_above, text_of
from assistants.knowledge.query import LIGHT, Query, read, split_aside, without_slang
from assistants.knowledge.spelling import Spelling
from assistants.knowledge.words import EMPTY, concepts, stems, words

FOCUS = 0.3
"""How much hangs on the phrasing being asked whole: "¿qué hora es?" is only half of "¿a qué hora abren?"."""
TEXT = 0.9
"""Running text nobody has approved as the answer to this question."""
ONE_SENTENCE = 0.7
"""How much hangs on one or two sentences explaining the question by themselves, not the whole passage."""
FOREIGN = 0.8
"""A passage in the other language comes second to one in the customer's."""
BARE = 0.6
"""A question that names no matter ("¿cuánto cuesta?") fits whatever tells an amount."""
LONE = 0.8
"""Running text that shares one word with a question, and that not in its heading, is about it by chance."""
LIGHT_MOST = 2.0
PROFILES_KEPT = 2_000
UNTOLD = {marks.PRICE: 0.6, marks.TROUBLE: 0.6, marks.CLOCK: 0.75, marks.SPAN: 0.75, marks.DAY: 0.8}
"""What is left of a match that does not tell what is wanted."""
MARK_SHARES = {marks.COUNT: 0.3}
_ALWAYS_KNOWN = EMPTY | LIGHT_WORDS | marks.OPENING | frozenset(CONCEPTS)


@dataclass(frozen=True)
class Lexis:
    """The words of some knowledge: all that weighing needs besides the passage that is weighed."""

    words: Sequence[str]
    frequency: Mapping[str, int]
    """Of each key (stem, group of alike words, mark), in how many passages."""
    passages: int

    @classmethod
    def of(cls, passages: Iterable[Passage]) -> "Lexis":
        known: set[str] = set()
        frequency: Counter[str] = Counter()
        count = 0
        for passage in passages:
            known.update(words(" ".join([passage.title, passage.heading, passage.text, *passage.questions])))
            frequency.update(Profile(passage).keys)
            count += 1
        return cls(sorted(known), frequency, count)


class Evidence:
    def __init__(self, lexis: Lexis) -> None:
        self._lexis = lexis
        self._vocabulary = frozenset(lexis.words)
        self._spelling = Spelling(self._vocabulary, _ALWAYS_KNOWN)
        # Only what a search considers is ever looked at: profiles of ten thousand passages would fill the memory.
        self._profile = lru_cache(PROFILES_KEPT)(Profile)

    def query(self, question: str, aside: str = "", ignoring: Sequence[str] = ()) -> Query:
        """With slips corrected to words that the knowledge has. Words to ignore are the customer's names."""
        told, asked = split_aside(question)
        return read(self._corrected(asked, ignoring), self._corrected(f"{aside} {told}", ignoring))

    def weigh(self, query: Query, passages: Sequence[Passage], language: str = "") -> list[float]:
        """Confidence from 0 to 1 for each passage."""
        terms = self._terms(query)
        return [self._confidence(terms, query, self._profile(passage), language) for passage in passages]

    def explains(self, query: Query, said: str, heading: str) -> float:
        """The share of the question that a piece of text explains."""
        terms = self._terms(query)
        return self._share(terms, query, text_of(said, keys_above(heading)))

    def _corrected(self, text: str, ignoring: Sequence[str]) -> str:
        return " ".join(self._correct(token) for token in without_slang(text).split() if token not in ignoring)

    def _correct(self, token: str) -> str:
        if token in self._vocabulary or token in _ALWAYS_KNOWN or token.isdigit() or concepts(token):
            return token
        if any(stem in self._lexis.frequency for stem in stems(token)):
            return token
        return self._spelling.nearest(token) or token

    def _terms(self, query: Query) -> list[Term]:
        said = [self._term(word.text, word.share) for word in query.words]
        return [*said, *(self._wanted(mark, query.wants) for mark in sorted(query.wants))]

    def _term(self, word: str, share: float) -> Term:
        own = [stem for stem in stems(word) if stem in self._lexis.frequency]
        weight = self._weight(own or concepts(word))
        return Term(stems(word), concepts(word), share * (min(weight, LIGHT_MOST) if share <= LIGHT else weight))

    def _wanted(self, mark: str, wants: frozenset[str]) -> Term:
        """Days of the week count as one word together."""
        many = sum(map(marks.is_one_day, wants)) if marks.is_one_day(mark) else 1
        return Term(frozenset({mark}), frozenset(), self._weight([mark]) * MARK_SHARES.get(mark, 1.0) / many)

    def _weight(self, keys: Iterable[str]) -> float:
        """The inverse document frequency, by the most frequent of the keys."""
        frequency = max((self._lexis.frequency.get(key, 0) for key in keys), default=0)
        return math.log(1 + (self._lexis.passages - frequency + 0.5) / (frequency + 0.5))

    def _confidence(self, terms: Sequence[Term], query: Query, profile: Profile, language: str) -> float:
        if any(phrasing.gist == query.gist for phrasing in profile.phrasings):
            return 1.0
        value = self._asked(terms, query, profile) if profile.phrasings else self._told(terms, query, profile)
        if not query.names_a_matter:
            value *= BARE
        return value * FOREIGN if language and profile.language not in {"", language} else value

    def _asked(self, terms: Sequence[Term], query: Query, profile: Profile) -> float:
        """Of a question with its answer."""
        texts = [profile.told, *(phrasing.text for phrasing in profile.phrasings)]
        best = [max(text.match(term) for text in texts) for term in terms]
        focus = max(self._focus(terms, phrasing) for phrasing in profile.phrasings)
        return _covered(terms, best) * _fits(query, profile.tells) * (1 - FOCUS + FOCUS * focus)

    def _told(self, terms: Sequence[Term], query: Query, profile: Profile) -> float:
        """Of running text."""
        closest = max((self._share(terms, query, window) for window in profile.windows), default=0.0)
        whole = self._share(terms, query, profile.told)
        value = TEXT * ((1 - ONE_SENTENCE) * whole + ONE_SENTENCE * closest)
        return value if query.telling > 1 or any(_match_above(term, profile) for term in terms) else value * LONE

    def _share(self, terms: Sequence[Term], query: Query, text: Text) -> float:
        return _covered(terms, [text.match(term) for term in terms]) * _fits(query, text.tells)

    def _focus(self, terms: Sequence[Term], phrasing: Phrasing) -> float:
        """The share of a phrasing's weight that was asked."""
        known = frozenset(key for term in terms for key in (*term.own, *term.alike))
        weights = [(keys, self._weight(keys) * share) for keys, share in phrasing.words]
        total = sum(weight for _, weight in weights)
        return sum(weight for keys, weight in weights if keys & known) / total if total else 0.0


def _covered(terms: Sequence[Term], matches: Sequence[float]) -> float:
    total = sum(term.weight for term in terms)
    matched = sum(term.weight * match for term, match in zip(terms, matches, strict=True))
    return matched / total if total else 0.0


def _match_above(term: Term, profile: Profile) -> bool:
    return bool((term.own | term.alike) & profile.told.above)


def _fits(query: Query, tells: frozenset[str]) -> float:
    return math.prod(factor for mark, factor in UNTOLD.items() if mark in query.wants and mark not in tells)
