"""The checkable facts in a text: numbers, prices, percentages, phones, e-mail addresses, dates, links.

Two spellings of one fact are one: `1,500.00` and `1500`, `10:00` and `10`, `treinta días` and `30 días`.
"""

import re
import unicodedata
from collections.abc import Iterator

PHONE_DIGITS = 7
"""From here on a run of digits is one number to call, and its parts are no facts of their own."""

_LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|www\.)[^\s<>\"'`)\]}|]+|\b(?:[a-z0-9-]+\.)+[a-z]{2,24}\b(?:/[^\s<>\"'`)\]}|]*)?"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"\+?\(?\d(?:[ ()-]{0,2}\d){6,}")
_NUMBER = re.compile(
    r"(?P<money>[$€£]\s?|\b(?:mxn|usd|eur|us\$|mx\$)\s?)?(?P<digits>\d+(?:[.,:]\d+)*)(?P<unit>\s?(?:%|\w+))?"
)
_LIST_NUMBER = re.compile(r"^\s*\d{1,2}[.)]\s", re.MULTILINE)
_MONEY_WORDS = {"peso", "pesos", "mxn", "usd", "eur", "euro", "euros", "dolar", "dolares", "dollar", "dollars", "mn"}
_PERCENT = re.compile(r"\s*(?:por ciento|percent|per cent)\b")
_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            ("enero", "january"),
            ("febrero", "february"),
            ("marzo", "march"),
            ("abril", "april"),
            ("mayo", "may"),
            ("junio", "june"),
            ("julio", "july"),
            ("agosto", "august"),
            ("septiembre", "september"),
            ("octubre", "october"),
            ("noviembre", "november"),
            ("diciembre", "december"),
        ],
        1,
    )
    for name in names
}
_MONTH = "|".join(_MONTHS)
_DATE = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: de| of)? ({_MONTH})\b|\b({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?\b"
)
_WORD_NUMBERS = {
    "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10,
    "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15, "veinte": 20, "treinta": 30, "cuarenta": 40,
    "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90, "cien": 100, "mil": 1000,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000,
}  # fmt: skip
_COUNTED = (
    r"(?:por ciento|percent|per cent|%|pesos?|dolares|dollars?|euros?|horas?|hours?|minutos?|minutes?|dias?|days?"
    r"|semanas?|weeks?|mes(?:es)?|months?|anos?|years?|habiles|business|naturales|piezas?|pieces?)"
)
_SPELT = re.compile(rf"\b({'|'.join(_WORD_NUMBERS)})(?= {_COUNTED}\b)")


def plain(text: str) -> str:
    """Folded to what the eye reads: wide letters narrow, invisible ones gone, so `ｅｖｉｌ．com` is a link."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return "".join(c for c in folded if unicodedata.category(c) != "Cf").casefold().replace("。", ".")


def links(text: str) -> set[str]:
    """Without scheme, `www.` and closing punctuation. A bare domain is one too: messengers make it clickable."""
    bare = _EMAIL.sub(" ", plain(text))
    return {_tidy(match[0]) for match in _LINK.finditer(bare) if not _is_abbreviation(match[0])}


def emails(text: str) -> set[str]:
    return {match.rstrip(".") for match in _EMAIL.findall(plain(text))}


def phones(text: str) -> set[str]:
    return {re.sub(r"\D", "", match) for match in _PHONE.findall(_without_links(text))}


def dates(text: str) -> set[tuple[int, int]]:
    """(day, month) of each date that names its month."""
    return {
        (int(match[1] or match[4]), _MONTHS[match[2] or match[3]]) for match in _DATE.finditer(_without_links(text))
    }


def numbers(text: str) -> set[str]:
    """As `30`, `$99` for an amount of money, `10%` for a share."""
    text = _LIST_NUMBER.sub(" ", _PHONE.sub(" ", _without_links(text)))
    text = _SPELT.sub(lambda match: str(_WORD_NUMBERS[match[1]]), text)
    return set(_numbers(_PERCENT.sub("%", text)))


def _numbers(text: str) -> Iterator[str]:
    for match in _NUMBER.finditer(text):
        value = _value(match["digits"])
        unit = (match["unit"] or "").strip()
        if unit == "%":
            yield f"{value}%"
        elif match["money"] or unit in _MONEY_WORDS:
            yield f"${value}"
        else:
            yield value


def _value(digits: str) -> str:
    """`1,500.00` → `1500`; `10:00` → `10`; `09:30` → `9:30`."""
    digits = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits)
    digits = re.sub(r"(?:[.:]0+)+$|(?<=\.\d)0+$", "", digits.replace(",", "."))
    return digits.lstrip("0") or "0"


def _without_links(text: str) -> str:
    bare = _EMAIL.sub(" ", plain(text))
    return _LINK.sub(lambda match: match[0] if _is_abbreviation(match[0]) else " ", bare)


def _tidy(link: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", link).rstrip(".,;:!?/")


def _is_abbreviation(match: str) -> bool:
    return match in {"ee.uu", "p.ej"}
