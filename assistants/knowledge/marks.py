"""What a text tells or a question wants besides its words: a price, a time of day, a span, a day of the week.

A question for a price is not answered by a passage without one, whatever words they share. The patterns are lines of
patterns/*/*.txt, over folded text.
"""

import re
from collections.abc import Iterator
from pathlib import Path

PRICE, CLOCK, SPAN, PLACE, DAY, COUNT = "#price", "#clock", "#span", "#place", "#day", "#count"
TROUBLE = "#trouble"
"""Something went wrong for this one customer: what holds for everybody is no answer."""
OPENING = frozenset(
    word
    for line in (
        "abren abre abriran cierran cierra abierto abierta abiertos abiertas cerrado cerrados atienden",
        "horario horarios open opens opening close closes closed closing hours",
    )
    for word in line.split()
)
"""Words that say what is wanted and what it is about at once."""
WORDS = {
    "{UNIT}": r"(?:minutos?|minutes?|min|horas?|hours?|hrs?|dias?|days?|diashabiles|semanas?|weeks?|mes(?:es)?|months?"
    r"|anos?|years?|ciclos?|noches?|nights?)",
    "{NUMBER}": r"(?:\d+|una?|un|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|quince|veinte|treinta|media|two"
    r"|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|thirty|half an|an|one)",
}


def _read(folder: str) -> dict[str, re.Pattern[str]]:
    files = sorted((Path(__file__).parent / "patterns" / folder).glob("*.txt"))
    return {f"#{file.stem}": re.compile(_joined(file.read_text("utf-8"))) for file in files}


def _joined(lines: str) -> str:
    for name, words in WORDS.items():
        lines = lines.replace(name, words)
    return "|".join(lines.split("\n")[:-1])


_TOLD, _ASKED = _read("told"), _read("asked")
_DAYS = {
    name: number
    for number, names in enumerate(
        [
            "domingo domingos sunday sundays sun",
            "lunes monday mondays mon",
            "martes tuesday tuesdays tue",
            "miercoles wednesday wednesdays wed",
            "jueves thursday thursdays thu",
            "viernes friday fridays fri",
            "sabado sabados saturday saturdays sat",
        ]
    )
    for name in names.split()
}
_DAY = rf"(?:{'|'.join(sorted(_DAYS, key=len, reverse=True))})"
_RANGE = re.compile(rf"\b({_DAY}) (?:a|al|to|through|thru|hasta|until) ({_DAY})\b")
_ONE_DAY = re.compile(rf"\b{_DAY}\b")
_SPANS_OF_DAYS = (
    (re.compile(r"\bweekends?\b"), (0, 6)),
    (re.compile(r"\bweekday\b"), range(1, 6)),
    (re.compile(r"\b(?:todos los dias|diario|diariamente|every day|daily|seven days|siete dias|24 7|365)\b"), range(7)),
)


def days(plain: str) -> set[str]:
    """The days of the week that a text speaks of, ranges filled: `#0` is Sunday."""
    found: set[int] = {_DAYS[name] for name in _ONE_DAY.findall(plain)}
    for start, end in _RANGE.findall(plain):
        first, last = _DAYS[start], _DAYS[end]
        found.update((first + step) % 7 for step in range((last - first) % 7 + 1))
    for pattern, those in _SPANS_OF_DAYS:
        if pattern.search(plain):
            found.update(those)
    return {f"#{day}" for day in found}


def told(folded: str, plain: str) -> set[str]:
    """What a passage tells. `plain` is without punctuation."""
    found = {mark for mark, pattern in _TOLD.items() if pattern.search(folded)}
    spoken = days(plain)
    return found | spoken | ({DAY} if spoken else set())


def asked(plain: str) -> tuple[set[str], list[str], list[str]]:
    """What a question wants, the words that say so, and the others."""
    found, saying = days(plain), []
    if _TOLD[TROUBLE].search(plain):
        found.add(TROUBLE)
    for mark in (SPAN, CLOCK, DAY, PRICE, PLACE, COUNT):
        said = [match[0] for match in _ASKED[mark].finditer(plain)]
        if said:
            found.add(mark)
            saying += [word for each in said for word in each.split()]
            plain = _ASKED[mark].sub(" ", plain)
    return found, saying, list(_without_days(plain))


def is_one_day(mark: str) -> bool:
    return mark[1:].isdigit()


def is_day(word: str) -> bool:
    return word in _DAYS or word in {"weekend", "weekday"}


def _without_days(plain: str) -> Iterator[str]:
    return (word for word in plain.split() if not is_day(word))
