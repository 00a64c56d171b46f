import pytest

from assistants.choosing import chosen

OFFERED = ("¿Cuánto cuesta el envío?", "¿Hacen envíos?", "¿Cuánto tarda en llegar mi pedido?")


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("1", 0), ("2", 1), ("3.", 2), ("la 2", 1), ("el 3 por favor", 2), ("opción 1", 0), ("la primera", 0),
        ("La segunda, por favor", 1), ("tercera", 2), ("la última", 2), ("the second one", 1), ("first", 0), ("uno", 0),
        ("number 3 please", 2), ("Sí, la 1", 0), ("¿Hacen envíos?", 1), ("hacen envios", 1),
        ("¿Cuánto tarda en lleg", 2),
    ],
)  # fmt: skip
def test_a_choice_is_understood(said, place):
    assert chosen(said, OFFERED) == OFFERED[place]


@pytest.mark.parametrize("said", ["no", "ninguna", "Ninguna de esas", "none of them", "no, gracias", "neither"])
def test_none_of_them_is_understood(said):
    assert chosen(said, OFFERED) == ""


@pytest.mark.parametrize("said", ["sí", "Si por favor", "yes", "eso", "Exacto", "ok", "that's right"])
def test_a_yes_means_the_only_question_and_none_of_several(said):
    assert chosen(said, OFFERED[:1]) == OFFERED[0]
    assert chosen(said, OFFERED) is None


@pytest.mark.parametrize(
    "said",
    ["4", "¿abren los domingos?", "quiero 2 pizzas", "", "🙂", "no me llegó mi pedido", "cuánto"],
)
def test_anything_else_is_no_choice(said):
    assert chosen(said, OFFERED) is None


def test_without_an_offer_nothing_is_chosen():
    assert chosen("1", ()) is None
