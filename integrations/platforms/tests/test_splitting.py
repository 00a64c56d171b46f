import pytest

from integrations.platforms.splitting import split_text, utf8_bytes, utf16_units


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("  \n ", []),
        ("uno dos", ["uno dos"]),
        ("uno dos tres", ["uno dos", "tres"]),
        ("Hola a.\n\nTres", ["Hola a.", "Tres"]),
        ("¿Qué va? Sí", ["¿Qué va?", "Sí"]),
        ("abcdefghijkl", ["abcdefghij", "kl"]),
        ("a bcdefghijklm", ["a bcdefghi", "jklm"]),
    ],
)
def test_a_text_is_cut_where_a_reader_pauses(text, pieces):
    assert split_text(text, 10) == pieces


def test_the_limit_is_in_the_platform_s_units():
    assert split_text("ñandú ñandú", 10, utf8_bytes) == ["ñandú", "ñandú"]
    assert split_text("😀😀😀", 4, utf16_units) == ["😀😀", "😀"]
    assert split_text("😀😀", 1, utf8_bytes) == ["😀", "😀"]
    assert utf8_bytes("a\ud83d") == 2
