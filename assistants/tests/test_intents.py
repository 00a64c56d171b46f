import time

import pytest

from assistants.intents import asks_for_person, small_talk

PERSON = """
humano | Humano! | agente | asesor por favor | Persona | ASESOR | operador | hola agente | un humano, por favor
quiero hablar con una persona | Quiero hablar con un humano real | QUIERO HABLAR CON UNA PERSONA YA
¿puedo hablar con un asesor? | ¿Me pueden comunicar con un agente? | me comunicas con un asesor
quiero hablar con alguien | comuníqueme con un ejecutivo | pásame con un humano | ¿me puedes pasar con una persona?
quiero hablar con el gerente | I'd like to speak to the manager
Necesito un agente | necesito una persona real | necesito un asesor que me ayude | quiero un asesor, por favor
¿Hay alguien ahí? | hay alguien? | quiero hablar con un agente de ventas | Prefiero que me atienda una persona
atención humana | soporte humano | ¿Puedo hablar con otra persona? | Hola, quiero hablar con alguien de soporte
human | Agent please | I want to talk to a human | Can I speak with a representative? | speak to a real person
talk to someone | connect me with an agent | I need a human | can I get a live agent | get me a person
is there a human there? | is anyone there? | speak to a person | real human please | customer service please
kiero hablar con un umano | pasame con un ajente | necesito un asesro | quiero ablar con alguien | HUMANO!!! | agente 🙏
no quiero hablar con un bot | I don't want to talk to a bot | quiero que me llame un asesor | servicio al cliente
¿me pueden pasar con recepción? | I need to speak with customer support | necesito hablar con un doctor
hay alguna persona que me atienda? | is there someone who can help me? | podría hablar con alguien de la clínica
"""
NOT_PERSON = """
¿Venden paquetes para agentes de viajes? | Soy agente de viajes, ¿tienen descuento? | busco un agente de viajes barato
¿Cuánto cuesta para una persona? | ¿Puede otra persona recoger mi pedido? | Necesito un agente limpiador para piel
quiero una mesa para dos personas | ¿El precio es por persona? | ¿El agente de la paquetería ya pasó? | derechos humanos
no quiero hablar con un agente | I don't want to talk to a human | ¿A qué hora abren? | hablar de mi pedido
Compré para otra persona y no le quedó | quiero un regalo para una persona especial | busco ropa para persona mayor
Is the price per person? | Do you sell human hair? | I am a travel agent, do you offer discounts? | real estate agents
is there a discount for people over 60? | ¿Cómo humanizan su marca? | hay personas alérgicas al algodón?
¿cuántas personas caben en la suite? | soy agente inmobiliario | ¿cobran por persona o por cuarto? | recursos humanos
¿hay alguien que hable inglés? | is there someone who speaks English? | ¿a qué hora está el encargado?
personal trainer | ¿tienen agenda para mañana? | necesito un cuarto para una persona
¿puedo mandar a alguien a recogerlo? | it's for one person | ¿tienen servicio al cliente los domingos?
entrenador personal | asesoría fiscal precio | ¿qué incluye el trato personalizado?
"""


def each(table):
    return [text.strip() for line in table.strip().splitlines() for text in line.split("|")]


@pytest.mark.parametrize("text", each(PERSON))
def test_asking_for_a_person_is_recognised(text):
    assert asks_for_person(text)


@pytest.mark.parametrize("text", each(NOT_PERSON))
def test_speaking_of_persons_is_not_asking_for_one(text):
    assert not asks_for_person(text)


@pytest.mark.parametrize(
    "text", ["hola", "Hola, buenas tardes", "¡Buenos días!", "Hi there", "hello 👋", "hola que tal"]
)
def test_a_bare_greeting_is_one(text):
    assert small_talk(text) == "greeting"


@pytest.mark.parametrize(
    "text", ["gracias", "muchas gracias!!", "ok gracias", "thank you so much", "perfecto, mil gracias 🙏"]
)
def test_bare_thanks_are_thanks(text):
    assert small_talk(text) == "thanks"


@pytest.mark.parametrize(
    "text", ["hola ¿a qué hora abren?", "gracias, ¿y los domingos?", "", "🙏", "graciasss por nada ladrones"]
)
def test_what_holds_more_is_neither(text):
    assert small_talk(text) == ""


@pytest.mark.parametrize("text", ["hola " * 2000, "ok! " * 2000, "quiero " * 2000, "otra " * 2000, "un real " * 2000])
def test_a_long_message_takes_no_long_time(text):
    started = time.perf_counter()
    asks_for_person(text)
    small_talk(text)
    assert time.perf_counter() - started < 0.5
