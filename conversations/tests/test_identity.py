"""One person is one thread, under whatever ids they come."""

import threading
from contextlib import closing

import pytest
from django.db import connection

from conversations.models import ContactAlias, Conversation
from integrations.tasks import receive
from integrations.tests.wire import telegram_text, whatsapp_body, whatsapp_text, whatsapp_value

pytestmark = pytest.mark.django_db(transaction=True)
BOTH, PHONE, USER = ("5215512345678", "MX.1"), ("5215512345678", ""), ("", "MX.1")


def written(text, ids, *, name="Eva"):
    phone, user_id = ids
    profile = {"profile": {"name": name}, **filled(wa_id=phone, user_id=user_id)}
    message = {**filled(**{"from": phone}, from_user_id=user_id), "id": f"wamid.{text}", "timestamp": "1790416800"}
    message |= {"type": "text", "text": {"body": text}}
    return whatsapp_value({"contacts": [profile], "messages": [message]})


def filled(**fields):
    return {name: value for name, value in fields.items() if value}


def threads():
    return [
        [message.content for message in thread.messages.order_by("sequence")]
        for thread in Conversation.objects.order_by("created_at")
    ]


@pytest.mark.parametrize("order", [(PHONE, BOTH, USER), (USER, BOTH, PHONE), (BOTH, USER, PHONE), (BOTH, PHONE, USER)])
def test_ids_that_were_seen_together_lead_to_one_thread(wire, shop, order):
    for number, ids in enumerate(order):
        wire.whatsapp(written(f"m{number}", ids))
    assert threads() == [["m0", "m1", "m2"]]
    assert Conversation.objects.get().contact_phone == "+525512345678"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5215512345678", "525512345678"),
        ("5491123456789", "541123456789"),
        ("5511987654321", "551187654321"),
    ],
)
def test_a_number_in_both_its_spellings_is_one_contact(wire, shop, one, other):
    wire.says("uno", contact=one)
    wire.says("dos", contact=other)
    wire.says("tres", contact=one)
    assert threads() == [["uno", "dos", "tres"]]


@pytest.mark.parametrize("typed", ["+52 55 1234 5678", "+52 1 55 1234 5678", "525512345678"])
@pytest.mark.parametrize("field", ["contact_external_id", "contact_phone"])
def test_a_thread_that_an_agent_opened_meets_the_customer(wire, shop, ana, client_of, typed, field):
    opened = {"platform": "whatsapp", "integration_id": str(shop.id), "contact_name": "Eva de Flores", field: typed}
    made = client_of(ana).post("/api/conversations", opened, format="json")
    assert (made.status_code, made.data["contact_phone"]) == (201, "+525512345678")
    wire.whatsapp(written("Hola", BOTH))
    assert threads() == [["Hola"]]
    assert Conversation.objects.get().contact_name == "Eva de Flores"
    again = client_of(ana).post("/api/conversations", {**opened, field: "5215512345678"}, format="json")
    assert (again.status_code, again.data["code"]) == (409, "conversation_exists")
    assert (Conversation.objects.count(), ContactAlias.objects.count()) == (1, 3)


def test_a_name_follows_the_profile_until_a_person_gives_one(wire, shop, ana, client_of):
    wire.says("uno", name="Eva")
    wire.says("dos", name="Eva Sol")
    thread = Conversation.objects.get()
    assert thread.contact_name == "Eva Sol"
    client_of(ana).put(f"/api/conversations/{thread.id}", {"contact_name": "Sra. Sol"}, format="json")
    wire.says("tres", name="Evita")
    thread.refresh_from_db()
    assert thread.contact_name == "Sra. Sol"


def changed(**system):
    message = {"from": "5215512345678", "id": "wamid.SYS", "timestamp": "1790416900", "type": "system"}
    return whatsapp_value({"messages": [{**message, "system": {"body": "changed", **system}}]})


def test_a_thread_goes_with_the_customer_to_a_new_number(wire, shop):
    wire.whatsapp(written("uno", BOTH))
    wire.whatsapp(changed(type="user_changed_number", wa_id="5215587654321", user_id="MX.2", previous_user_id="MX.1"))
    wire.whatsapp(written("dos", ("5215587654321", "MX.2")), written("tres", ("", "MX.2")))
    assert threads() == [["uno", "dos", "tres"]]
    thread = Conversation.objects.get()
    assert (thread.contact_external_id, thread.contact_phone) == ("MX.2", "+525587654321")


def test_a_move_that_comes_late_leads_the_old_ids_to_where_the_customer_writes(wire, shop):
    wire.whatsapp(written("uno", PHONE))
    wire.whatsapp(written("dos", ("5215587654321", "")))
    wire.whatsapp(changed(type="user_changed_number", wa_id="5215587654321"))
    wire.whatsapp(written("tres", ("5215587654321", "")), written("cuatro", PHONE))
    assert threads() == [["uno"], ["dos", "tres", "cuatro"]]


def at_once(count):
    """Workers that drain together, each with a connection of its own."""

    def work():
        with closing(connection):
            receive()

    workers = [threading.Thread(target=work) for _ in range(count)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def test_parallel_first_messages_under_different_ids_make_one_thread(wire, shop):
    for number, ids in enumerate([PHONE, BOTH, ("525512345678", "")]):
        wire.post("whatsapp", whatsapp_body(written(f"m{number}", ids)))
    at_once(4)
    receive()
    [contents] = threads()
    assert sorted(contents) == ["m0", "m1", "m2"]


def test_an_album_from_a_new_contact_is_one_thread_in_order(wire, shop, bot):
    for number in range(10):
        wire.post("whatsapp", whatsapp_body(whatsapp_text(f"w{number}", contact="5215512345678")))
        update = telegram_text(f"t{number}")
        wire.post("telegram", update, {"x-telegram-bot-api-secret-token": "bot-webhook-secret"})
    at_once(4)
    receive()
    assert sorted(threads()) == [[f"t{number}" for number in range(10)], [f"w{number}" for number in range(10)]]
