"""What a search compares: words without accents or case, from their beginning. Pure."""

import re
from collections.abc import Iterable

from flame.lib.folding import fold
from integrations.platforms import phones

MAX_TERM = 64
MAX_TERMS = 300
"""Of one text: a longer one is found by its first words."""
SHORTEST_TAIL = 3
"""Of a phone number: people search by its last digits."""
WHOLE_NUMBER = 7
"""So many digits are a number with its area, whose spelling may be another one than the stored."""


def terms_of(text: str) -> list[str]:
    """The distinct words, in order: `¿Envíos a Mérida?` → envios, a, merida."""
    words = re.findall(r"[^\W_]+", fold(text))
    return list(dict.fromkeys(word[:MAX_TERM] for word in words))[:MAX_TERMS]


def terms_of_phone(phone: str) -> list[str]:
    """The digits and each of their tails, so that a prefix look-up finds any part of the number."""
    digits = re.sub(r"\D", "", phone)[:MAX_TERM]
    return [digits[start:] for start in range(len(digits) - SHORTEST_TAIL + 1)]


def terms_of_number(text: str) -> list[str]:
    """Of what is asked: the number as one term, in each way that platforms write it; none where it is no number."""
    digits = re.sub(r"\D", "", text)
    if len(digits) < WHOLE_NUMBER or re.search(r"[^\d\s()+./-]", text):
        return []
    return [digits, *phones.spellings(digits)]


def terms_of_contact(names: Iterable[str | None], phone: str | None) -> list[str]:
    return [*(term for name in names if name for term in terms_of(name)), *terms_of_phone(phone or "")]
