"""Whether a customer says that their matter is settled."""

import re

from assistants.intents import small_talk
from flame.lib.folding import fold

_SETTLED = re.compile(
    r"\b(?:es todo|seria todo|eso es todo|nada mas|ya quedo|ya esta|qued[oa] (?:resuelto|claro|listo)|resuelto"
    r"|solucionado|ya lo (?:resolvi|arregle)|me quedo claro|todo (?:bien|claro|en orden|perfecto)"
    r"|that'?s (?:all|it|everything)|all (?:good|set|clear)|(?:it'?s|it is|got it) (?:solved|fixed|resolved|working)"
    r"|solved|resolved|nothing else|no more questions)\b"
)
_YES = re.compile(
    r"^(?:si+|claro|correcto|exacto|listo|perfecto|ok(?:ay)?|vale|va|de acuerdo"
    r"|yes|yep|yeah|sure|right|perfect|great)\b"
)
_NOT = re.compile(r"\b(?:no|aun no|todavia|sin|not|isn'?t|still|never|nunca)\b")
_ASKS = re.compile(r"[?¿]")
SHORT = 40
"""A "yes" opens long messages too, which then say something else."""


def confirms(text: str) -> bool:
    """Whether a burst closes the matter: thanks, "eso es todo", a plain yes. Not a question, not a denial."""
    plain = fold(text).strip()
    if _ASKS.search(text):
        return False
    if _SETTLED.search(plain):
        return not _NOT.search(_SETTLED.sub(" ", plain)) or "nada mas" in plain
    if small_talk(text) == "thanks":
        return True
    return bool(_YES.match(plain)) and len(plain) <= SHORT and not _NOT.search(plain)
