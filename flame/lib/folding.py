"""Text as it is compared: no accents, no case, no decoration."""

import re
import unicodedata

_DECORATED = re.compile(r"[^\x00-\x7f]+")


def fold(text: str) -> str:
    """Lower case without accents, wide forms or invisible characters. `¿Envíos?` → `¿envios?`"""
    return _DECORATED.sub(_bare, unicodedata.normalize("NFKD", text)).casefold()


def _bare(decorated: re.Match[str]) -> str:
    return "".join(c for c in decorated[0] if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
