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


@pytest.mark.parametrize("whole", ["👨‍👩‍👧‍👦", "👋🏽", "🇲🇽", "e\u0301", "❤️"])
def test_what_a_reader_sees_as_one_character_stays_whole(whole):
    text = "x" + whole * 20
    for limit in range(len(whole) + 1, 3 * len(whole)):
        parts = split_text(text, limit)
        assert "".join(parts) == text
        assert {part.removeprefix("x").replace(whole, "") for part in parts} == {""}
        assert max(map(len, parts)) <= limit


def test_a_character_without_end_is_cut_all_the_same():
    assert split_text("e" + "\u0301" * 99, 40) == ["e" + "\u0301" * 39, "\u0301" * 40, "\u0301" * 20]


def test_the_limit_is_in_the_platform_s_units():
    assert split_text("ñandú ñandú", 10, utf8_bytes) == ["ñandú", "ñandú"]
    assert split_text("😀😀😀", 4, utf16_units) == ["😀😀", "😀"]
    assert split_text("😀😀", 1, utf8_bytes) == ["😀", "😀"]
    assert utf8_bytes("a\ud83d") == 2
