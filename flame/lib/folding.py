"""Text as it is compared: no accents, no case, no decoration."""

import unicodedata


def fold(text: str) -> str:
    """Lower case without accents, wide forms or invisible characters. `¿Envíos?` → `¿envios?`"""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c) and unicodedata.category(c) != "Cf").casefold()
