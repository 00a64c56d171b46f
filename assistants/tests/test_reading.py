"""Files as text: what is read of each kind, and why some are not."""

import io
import zipfile
from pathlib import Path

import docx
import pytest

from assistants.knowledge.chunks import Material, passages_of
from assistants.knowledge.files import SUFFIXES, read_file
from assistants.knowledge.reading.formats import READERS
from assistants.knowledge.reading.limits import Refused
from assistants.tests.pdfs import pdf

PROTECTED = (Path(__file__).parent / "protected.pdf").read_bytes()
PAGE = (
    "<html><head><title>x</title></head><body><nav>Menú</nav><h1>Envíos &amp; más</h1><!-- nada --><p>Uno <b>dos</b>"
    "<ul><li>a<li>b</ul><table><tr><td>1<td>2</table><script>x</script><footer>Pie</footer></body></html>"
)


def document():
    made = docx.Document()
    made.add_heading("Envíos", 1)
    made.add_paragraph("Enviamos a todo México.")
    made.add_paragraph("Por $99.", style="List Bullet")
    table = made.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Norte", "2 días"
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def bomb():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 60_000_000)
    return held.getvalue()


def test_every_ending_has_its_reader():
    assert set(SUFFIXES) == READERS.keys()


@pytest.mark.parametrize(
    ("suffix", "raw", "content"),
    [
        ("txt", "Hola\r\n\r\n\r\nadiós".encode("cp1252"), "Hola\n\nadiós"),
        ("txt", "﻿Hola\u200b, ¿qué\u00a0tal?".encode(), "Hola, ¿qué tal?"),
        ("txt", "Hola".encode("utf-16"), "Hola"),
        ("md", b"---\na: b\n---\nT\n=\n\n**Hola** [x](https://a.b/c)\n", "# T\n\nHola x (https://a.b/c)"),
        ("html", PAGE.encode(), "# Envíos & más\n\nUno dos\n\n- a\n- b\n\n1 | 2 |"),
        ("html", "<p>Adiós</p>".encode("cp1252"), "Adiós"),
        ("docx", document(), "# Envíos\n\nEnviamos a todo México.\n\n- Por $99.\n\nNorte | 2 días"),
        (
            "pdf",
            pdf("Horario de la tienda\n\nAbrimos de lunes a viernes desde las nueve de la\nmañana.", "Por $99."),
            "Horario de la tienda\nAbrimos de lunes a viernes desde las nueve de la mañana.\n\nPor $99.",
        ),
    ],
)
def test_text_is_read(suffix, raw, content):
    assert READERS[suffix](raw) == {"content": content}


@pytest.mark.parametrize(
    ("suffix", "raw"),
    [
        ("csv", "pregunta,respuesta,variantes\n¿Abren?,Sí.,abierto|están abiertos\n,,\n".encode()),
        ("csv", "\ufeffQuestion;Answer;Phrasings\n¿Abren?;Sí.;abierto|están abiertos".encode()),
        (
            "json",
            '{"x": [{"pregunta": "¿Abren?", "respuesta": "Sí.", "variantes": ["abierto", "están abiertos"]}]}'.encode(),
        ),
    ],
)
def test_questions_are_read(suffix, raw):
    asked = ["abierto", "están abiertos"]
    assert READERS[suffix](raw) == {"items": [{"question": "¿Abren?", "answer": "Sí.", "phrasings": asked}]}


@pytest.mark.parametrize(
    ("suffix", "raw", "problem"),
    [
        ("txt", b" \n ", {"code": "empty"}),
        ("txt", b"\x00\x01", {"code": "not_text"}),
        ("txt", b"a " * 2_000_001, {"code": "too_much_text", "limit": 4_000_000}),
        ("html", b"<script>x</script>", {"code": "empty"}),
        ("pdf", PROTECTED, {"code": "password"}),
        ("pdf", b"%PDF-1.4 nothing", {"code": "broken_file"}),
        ("pdf", pdf(""), {"code": "no_text_layer"}),
        ("pdf", pdf(*["x"] * 201), {"code": "too_many_pages", "limit": 200}),
        ("docx", bomb(), {"code": "too_costly"}),
        ("csv", b"", {"code": "empty"}),
        ("csv", b"a,b\n1,2\n", {"code": "no_columns"}),
        ("csv", b"question,answer\na,b\n,c\n", {"code": "row_without_question", "row": 3}),
        ("json", b"{", {"code": "bad_json"}),
        ("json", b"[1]", {"code": "not_a_faq"}),
        ("json", b'[{"question": "a", "answer": "b", "phrasings": 1}]', {"code": "bad_phrasings", "row": 1}),
    ],
)
def test_what_cannot_be_read_says_why(suffix, raw, problem):
    with pytest.raises(Refused) as refused:
        READERS[suffix](raw)
    assert refused.value.problem == problem


def test_a_file_that_is_not_what_it_says_is_told_from_the_outside():
    assert read_file("docx", b"no zip") == {"error": {"code": "broken_file"}}


def test_running_text_is_cut_between_sentences_under_its_headings():
    sentence = "Esta frase tiene exactamente diez palabras que se leen bien."
    content = f"# Envíos\n\n{' '.join([sentence] * 8)}\n\n## Costos\nCuesta:\n\n- $99\n- $120\n\n# Otro\n\nFin."
    passages = passages_of([Material("m", "Manual", content)])
    assert [(passage.heading, passage.text) for passage in passages] == [
        ("Envíos", " ".join([sentence] * 6)),
        ("Envíos", " ".join([sentence] * 2)),
        ("Envíos › Costos", "Cuesta:\n\n- $99\n- $120"),
        ("Otro", "Fin."),
    ]
    assert all(passage.text in content for passage in passages)
