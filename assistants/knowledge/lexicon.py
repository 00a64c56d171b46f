"""The words of each language that carry no matter: articles, pronouns, auxiliaries, courtesy. Folded.

Question words that ask for a place, a time or an amount are not among them: of "¿Dónde están?" nothing else is left.
"""

from pathlib import Path

EMPTY_WORDS = {
    file.stem: frozenset(file.read_text("ascii").split())
    for file in (Path(__file__).parent / "empty_words").glob("*.txt")
}
