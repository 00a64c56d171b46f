"""Which of the questions that were offered a customer means: by number, by place, by its words, or by a yes."""

import re
from collections.abc import Sequence

from flame.lib.folding import fold

_PLACES = (
    ("1", "uno", "una", "primer", "primera", "primero", "first", "one", "1a", "1ra", "1ero", "1st"),
    ("2", "dos", "segunda", "segundo", "second", "two", "2a", "2da", "2do", "2nd"),
    ("3", "tres", "tercer", "tercera", "tercero", "third", "three", "3a", "3ra", "3ero", "3rd"),
)
_LAST = frozenset({"ultima", "ultimo", "last"})
_YES = re.compile(
    r"(?:si+p?|sii+|claro|exacto|exactamente|correcto|asi es|eso|ese|esa|eso es|efectivamente|dale|va|ok|okay|ajam?"
    r"|yes|yeah|yep|yup|right|correct|exactly|sure|that one|that s (?:it|right|the one)|por favor|please"
    r"|gracias|thanks| )+"
)
_NONE = re.compile(
    r"(?:no+|nop|nope|ningun[oa](?: de (?:las|los|esas|esos|ellas)(?: \w+)?)?|none(?: of (?:them|those|these))?|neither"
    r"|otra cosa|something else|nada de eso|no gracias|no es eso|gracias| )+"
)
_AROUND = re.compile(
    r"\b(?:el|la|los|las|de|del|numero|num|no|opcion|pregunta|a|por favor|porfa|favor|quiero|prefiero|me refiero|seria"
    r"|es|the|option|number|question|please|one|i mean|it s|my|mi|si|yes|elijo|escojo)\b"
)
LEAST_LETTERS = 4


def chosen(text: str, offered: Sequence[str]) -> str | None:
    """The offered question that is meant; empty for "none of them"; None where the text is about something else."""
    said = " ".join(re.findall(r"[^\W_]+", fold(text)))
    if not said or not offered:
        return None
    by_words = [each for each in offered if _same(said, each)]
    if len(by_words) == 1:
        return by_words[0]
    place = _place(said, len(offered))
    if place is not None:
        return offered[place]
    if _YES.fullmatch(said):
        return offered[0] if len(offered) == 1 else None
    return "" if _NONE.fullmatch(said) else None


def _same(said: str, question: str) -> bool:
    """A platform cuts a button's title, so its beginning counts for the whole."""
    plain = " ".join(re.findall(r"[^\W_]+", fold(question)))
    return said == plain or (len(said) >= LEAST_LETTERS and len(said.split()) > 1 and plain.startswith(said))


def _place(said: str, many: int) -> int | None:
    bare = said if said in {"one", "no"} else " ".join(_AROUND.sub(" ", said).split())
    if bare in _LAST:
        return many - 1
    return next((number for number, names in enumerate(_PLACES[:many]) if bare in names), None)
