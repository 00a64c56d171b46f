"""A question as it is compared: its words, each with how much it counts, and what it wants to be told."""

import re
from dataclasses import dataclass

from assistants.knowledge import marks
from assistants.knowledge.lexicon import LIGHT_WORDS, SLANG
from assistants.knowledge.words import content, plain

ASIDE = 0.4
"""What a customer tells beside the question counts less than the question."""
LIGHT = 0.2
SAYING = 0.1
"""`tarda` in "¿cuánto tarda?": what it wants is weighed on its own."""
_LEAD_IN = re.compile(
    r"\b(?:(?:queria|quisiera|quiero|me gustaria|necesito|para)(?: \w+)?"
    r" (?:saber|preguntar(?:te|les?)?|consultar(?:te|les)?)(?: si| que| como| cuando| acerca de| sobre| por)?"
    r"|(?:una|mi) (?:pregunta|duda|consulta)(?: es)?(?: que)?(?: si)?"
    r"|(?:i (?:was|am|m) |im |just )?wondering(?: if| about)?"
    r"|(?:i |i d )?(?:would like|like|want|need|wanted) to (?:know|ask)(?: if| whether| about)?"
    r"|(?:can|could) you tell me(?: if| whether)?|(?:me )?(?:puede|podria)[ns]? decir(?:me)?(?: si)?"
    r"|(?:quick |a )?question)\b"
)


@dataclass(frozen=True)
class Word:
    text: str
    share: float


@dataclass(frozen=True)
class Query:
    words: tuple[Word, ...]
    wants: frozenset[str]
    """Marks."""

    @property
    def gist(self) -> frozenset[str]:
        """The same for two texts that differ in courtesy and order only."""
        return self.wants | {word.text for word in self.words}

    @property
    def telling(self) -> int:
        """How many words and marks say what it is about."""
        marked = {mark if not marks.is_one_day(mark) else marks.DAY for mark in self.wants}
        return sum(word.share > LIGHT for word in self.words) + len(marked)

    @property
    def names_a_matter(self) -> bool:
        """Whether it says what it is about: "¿y cuánto cuesta?" does not, "¿abren?" does."""
        spoken = any(word.share > LIGHT or word.text in marks.OPENING for word in self.words)
        return spoken or marks.PLACE in self.wants or any(map(marks.is_one_day, self.wants))


def without_slang(text: str) -> str:
    """In plain words, as patterns read it."""
    return " ".join(SLANG.get(token, token) for token in plain(text).split())


def has_lead_in(text: str) -> bool:
    return bool(_LEAD_IN.search(without_slang(text)))


def names_a_matter(text: str) -> bool:
    return read(without_slang(text)).names_a_matter


def asks_anything(text: str) -> bool:
    query = read(without_slang(text))
    return bool(query.wants) or query.names_a_matter


def split_aside(text: str) -> tuple[str, str]:
    """(what leads to the question, the question). Without a sign of where it begins, all of it is the question."""
    opened = text.rfind("¿")
    if opened > 0:
        return text[:opened], text[opened:]
    said = without_slang(text)
    found = list(_LEAD_IN.finditer(said))
    if found and content(said[found[-1].end() :].split()):
        return said[: found[-1].start()], said[found[-1].end() :]
    return "", text


def read(asked: str, aside: str = "") -> Query:
    """Both in plain words."""
    wants, saying, rest = marks.asked(asked)
    main = {word: Word(word, SAYING) for word in content(saying) if not marks.is_day(word)}
    main |= {word: Word(word, _share(word)) for word in content(rest)}
    names = any(word.share > LIGHT or word.text in marks.OPENING for word in main.values())
    beside = {word: Word(word, _share(word) * (ASIDE if names else 1.0)) for word in content(aside.split())}
    if not main:
        wants = wants | marks.asked(aside)[0]
    return Query(tuple((beside | main).values()), frozenset(wants))


def _share(word: str) -> float:
    return LIGHT if word in LIGHT_WORDS or word.isdigit() else 1.0
