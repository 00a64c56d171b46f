"""How a burst falls into the questions that it asks."""

from datetime import timedelta

import pytest

from assistants.dialogue import Turn
from assistants.questions import Asked, asked
from assistants.tests.conftest import NOON, says


@pytest.mark.parametrize(
    ("burst", "expected"),
    [
        (["hola", "buenas tardes", "¿a qué hora abren?"], [("¿a qué hora abren?", "")]),
        (["¿tienen wifi? ¿y estacionamiento?"], [("¿tienen wifi?", ""), ("¿y estacionamiento?", "")]),
        (["aceptan perros? y hay desayuno?"], [("aceptan perros?", ""), ("y hay desayuno?", "")]),
        (["a que hora abren", "y donde estan"], [("a que hora abren", ""), ("y donde estan", "")]),
        (["a qué hora abren y dónde están"], [("a qué hora abren", ""), ("dónde están", "")]),
        (["cuánto cuesta y cuánto tarda el envío"], [("cuánto cuesta y cuánto tarda el envío", "")]),
        (["quiero hacer una boda", "cuanto cuesta?"], [("cuanto cuesta?", "quiero hacer una boda")]),
        (["¿me pueden ayudar?", "¿tienen wifi?"], [("¿tienen wifi?", "¿me pueden ayudar?")]),
        (["venden cascos?", "cuanto cuestan?"], [("venden cascos? cuanto cuestan?", "")]),
        (["busco una bici para niño"], [("busco una bici para niño", "")]),
        (["¡Hola!", "🔥"], []),
    ],
)  # fmt: skip
def test_each_question_stands_with_what_was_told_beside_it(burst, expected):
    assert asked(says(*burst)) == [Asked(*each) for each in expected]


def test_a_question_that_only_goes_on_is_read_with_the_one_before():
    before = (Turn("customer", "¿abren los sábados?", NOON - timedelta(minutes=1)), Turn("assistant", "Sí.", NOON))
    assert asked(says("¿y los domingos?", before=before)) == [Asked("¿y los domingos?", "¿abren los sábados?")]
    assert asked(says("¿tienen wifi?", before=before)) == [Asked("¿tienen wifi?", "")]
