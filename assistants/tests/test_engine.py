"""The rules before any engine: silence, hand-over, hours, canned texts."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from assistants.dialogue import Turn
from assistants.engine import decide_reply, silence
from assistants.models import Assistant
from assistants.tests.conftest import NOON, says

NIGHT = NOON + timedelta(hours=12)
HANDED_OVER = "Claro. Te paso con una persona de nuestro equipo, que te responderá por aquí."


def test_an_inactive_assistant_is_silent(chispa):
    chispa.status = Assistant.Status.INACTIVE
    assert decide_reply(chispa, says("¿A qué hora abren?"), NOON) == silence("inactive")
    assert decide_reply(chispa, says("quiero hablar con una persona"), NOON) == silence("inactive")


def test_an_assistant_in_training_answers(chispa):
    chispa.status = Assistant.Status.TRAINING
    reply = decide_reply(chispa, says("¿A qué hora abren?"), NOON)
    assert reply.kind == "answer"


@pytest.mark.parametrize("author", ["agent", "assistant"])
def test_nothing_is_said_when_the_customer_has_the_last_answer(chispa, author):
    dialogue = says(before=(Turn("customer", "hola", NOON), Turn(author, "Hola, dime", NOON)))
    assert decide_reply(chispa, dialogue, NOON) == silence("answered")


def test_asking_for_a_person_hands_over_before_any_engine(chispa):
    reply = decide_reply(chispa, says("¿A qué hora abren?", "mejor pásame con un asesor"), NOON)
    assert (reply.kind, reply.decision, reply.engine, reply.confidence) == ("handoff", "handoff", "rules", None)
    assert reply.text == HANDED_OVER
    assert reply.reason == "asked_for_person"


def test_a_hand_over_speaks_the_customers_language(chispa):
    assert decide_reply(chispa, says("I want to talk to a human"), NOON).text == (
        "Of course. I'm passing your conversation to a person on our team, who will answer you here."
    )
    assert decide_reply(chispa, says("human", language="es"), NOON).text == HANDED_OVER


def test_a_canned_assistant_hands_nobody_over(reception):
    assert decide_reply(reception, says("quiero hablar con una persona"), NOON).kind == "auto"


def test_a_canned_reply_has_its_placeholders_filled(reception):
    reply = decide_reply(reception, says("hola"), NOON)
    assert reply.text == "¡Hola, Lucía! Gracias por escribir a Tienda Fuego. En unos minutos te respondemos."
    assert (reply.kind, reply.decision, reply.engine, reply.confidence) == ("auto", "answer", "rules", None)


def test_a_placeholder_is_filled_once_and_an_unknown_one_is_left_out(reception):
    reception.auto_response = "Hola {{ contact_name }} de {{platform}}, soy {{assistant_name}} {{password}} {{}}."
    reply = decide_reply(reception, says("hola", name="{{platform}}"), NOON)
    assert reply.text == "Hola {{platform}} de whatsapp, soy Recepción."


@pytest.mark.parametrize("text", [None, "", "  ", "{{unknown}}"])
def test_an_empty_canned_reply_is_silence(reception, text):
    reception.auto_response = text
    assert decide_reply(reception, says("hola"), NOON) == silence("auto_without_text")


@pytest.mark.parametrize(("hours", "kind"), [(11.9, "silence"), (12, "auto")])
def test_a_canned_reply_is_said_once_in_twelve_hours(reception, hours, kind):
    before = (Turn("assistant", "…", NOON - timedelta(hours=hours), "auto"),)
    reply = decide_reply(reception, says("hola", before=before), NOON)
    assert reply.kind == kind


def test_other_kinds_of_turns_do_not_silence_a_canned_reply(reception):
    before = (Turn("assistant", "…", NOON - timedelta(hours=1), "out_of_hours"), Turn("agent", "…", NOON))
    assert decide_reply(reception, says("hola", before=before), NOON).kind == "auto"


def test_a_closed_assistant_says_so_once_in_twelve_hours(reception):
    reply = decide_reply(reception, says("¿A qué hora abren?"), NIGHT)
    assert reply.kind == "out_of_hours"
    assert reply.text.startswith("¡Hola, Lucía! Ahora estamos cerrados.")
    before = (Turn("assistant", reply.text, NIGHT - timedelta(hours=11), "out_of_hours"),)
    assert decide_reply(reception, says("hola?", before=before), NIGHT) == silence("out_of_hours_said_lately")


def test_a_closed_assistant_without_a_text_is_silent(chispa):
    chispa.schedules.create(day_of_week=1, start_time=time(9), end_time=time(10))
    assert decide_reply(chispa, says("¿A qué hora abren?"), NOON) == silence("out_of_hours_without_text")


def test_a_closed_assistant_without_a_text_says_its_accounts(chispa):
    chispa.schedules.create(day_of_week=1, start_time=time(9), end_time=time(10))
    dialogue = replace(says("¿A qué hora abren?"), out_of_hours_text="Cerrado, {{first_name}}.")
    assert decide_reply(chispa, dialogue, NOON).text == "Cerrado, Lucía."
    chispa.out_of_hours_text = "Vuelve mañana."
    assert decide_reply(chispa, dialogue, NOON).text == "Vuelve mañana."


def test_disabled_hours_do_not_close_an_assistant(chispa):
    chispa.schedules.create(day_of_week=1, start_time=time(9), end_time=time(10), enabled=False)
    assert decide_reply(chispa, says("¿A qué hora abren?"), NOON).kind == "answer"


def test_hours_are_the_assistants_own_wall_clock(chispa):
    chispa.schedules.create(day_of_week=5, start_time=time(18, 30), end_time=time(19, 30))
    chispa.out_of_hours_text = "Cerrado."
    assert decide_reply(chispa, says("hola"), NOON).kind == "out_of_hours"
    chispa.timezone = "Europe/Madrid"
    assert decide_reply(chispa, says("hola"), NOON).kind == "answer"
