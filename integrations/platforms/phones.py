"""Phone numbers. One subscriber may be written in two ways, and the platforms mix them: they are one contact.

Mexico: WhatsApp ids keep the mobile `1` that the country gave up in 2019. Argentina: mobiles have a `9` from abroad,
and people leave it out. Brazil: ids that are older than the ninth digit go without it.
"""

import re
from functools import lru_cache

import phonenumbers

MAX_DIGITS = 15
"""E.164."""
# (another spelling, its one; and the way back). Digits only, whole numbers.
FOLDS = (
    (r"521(\d{10})", r"52\1"),
    (r"54([1-3]\d{9})", r"549\1"),
    (r"55([1-9]\d)([6-9]\d{7})", r"55\g<1>9\2"),
)
SPREADS = (
    (r"52(\d{10})", r"521\1"),
    (r"549([1-3]\d{9})", r"54\1"),
    (r"55([1-9]\d)9([6-9]\d{7})", r"55\1\2"),
)


def e164(phone: str) -> str:
    """In the one spelling, with `+` (without it Meta puts the business's own country code in front), or ""."""
    digits = canonical(phone)
    return f"+{digits}" if digits else ""


def canonical(phone: str) -> str:
    """The digits of the one spelling. What is no possible number keeps its digits."""
    return respelled("".join(character for character in phone[:64] if character in "0123456789")[:MAX_DIGITS])


@lru_cache(4096)
def respelled(digits: str) -> str:
    try:
        # People write a national prefix into an international number: +54 11 15 …
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return digits
    if phonenumbers.is_valid_number(number):
        digits = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).removeprefix("+")
    return rewritten(digits, FOLDS) or digits


def spellings(phone: str) -> tuple[str, ...]:
    """All ways in which a platform may write the number, the one spelling first."""
    digits = canonical(phone)
    return tuple(filter(None, (digits, rewritten(digits, SPREADS))))


def rewritten(digits: str, rules: tuple[tuple[str, str], ...]) -> str:
    found = ((re.fullmatch(pattern, digits), template) for pattern, template in rules)
    return next((match.expand(template) for match, template in found if match), "")
