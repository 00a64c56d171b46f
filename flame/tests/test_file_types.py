import pytest

from flame.lib.file_types import OPAQUE, kind_of, type_of
from flame.tests.files import FILES, SVG


@pytest.mark.parametrize(("mime", "content"), FILES.items())
def test_a_file_is_what_its_bytes_say(mime, content):
    assert type_of(content) == mime
    assert type_of(content, declared=f"{mime}; x=y") == mime


@pytest.mark.parametrize(
    ("found", "declared"),
    [
        ("image/png", "application/pdf"),
        ("application/pdf", "image/jpeg"),
        ("video/mp4", "image/jpeg"),
        ("application/zip", "audio/ogg"),
    ],
)
def test_a_file_of_another_kind_than_its_sender_says_is_opaque(found, declared):
    assert type_of(FILES[found], declared) == OPAQUE


@pytest.mark.parametrize("content", [SVG, b"<!DOCTYPE html><html></html>", b"\xef\xbb\xbf <script>1</script>", b"MZ\0"])
@pytest.mark.parametrize("declared", ["", "image/svg+xml", "text/html", "text/plain", "image/png"])
def test_markup_and_the_unknown_are_never_a_picture_nor_a_text(content, declared):
    assert type_of(content, declared) == OPAQUE


def test_a_picture_in_another_format_than_declared_is_still_a_picture():
    assert type_of(FILES["image/png"], "image/jpeg") == "image/png"


@pytest.mark.parametrize(
    ("found", "declared", "expected"),
    [
        ("video/mp4", "audio/mp4", "audio/mp4"),
        ("video/mp4", "audio/x-m4a", "audio/mp4"),
        ("audio/ogg", "audio/ogg; codecs=opus", "audio/ogg"),
        ("video/3gpp", "audio/3gpp", "audio/3gpp"),
    ],
)
def test_who_recorded_it_says_whether_a_container_holds_sound_or_film(found, declared, expected):
    assert type_of(FILES[found], declared) == expected


@pytest.mark.parametrize(
    ("content", "declared", "name", "expected"),
    [
        ("hola ¿qué tal?\n".encode(), "text/plain", "", "text/plain"),
        (b"a;b\r\n1;2\r\n", "", "precios.CSV", "text/csv"),
        (b"hola", "", "", OPAQUE),
        ("ñ".encode("latin-1"), "text/plain", "", OPAQUE),
        (b"a\x00b", "text/plain", "", OPAQUE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "", "lista.xls", "application/vnd.ms-excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "", "", OPAQUE),
    ],
)
def test_what_has_no_signature_of_its_own_goes_by_what_is_said_if_it_can_be(content, declared, name, expected):
    assert type_of(content, declared, name) == expected


def test_kinds_are_those_of_messages():
    assert [kind_of(mime) for mime in ("image/png", "audio/ogg", "video/mp4", "application/pdf", "")] == [
        "image",
        "audio",
        "video",
        "file",
        "file",
    ]
