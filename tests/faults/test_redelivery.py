"""Platforms repeat what they are not sure of, and more than once at a time."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

import pytest

from accounts.models import Event
from integrations.tests.wire import whatsapp_body, whatsapp_status, whatsapp_text
from tests.faults import truths
from tests.faults.databases import ALIAS
from tests.faults.house import NUMBER

pytestmark = pytest.mark.faults

EVA, PABLO = "5215550000001", "5215550000002"


def of_now(**fields):
    return {"at": int(time.time()), "phone_number_id": NUMBER, **fields}


def repeated(house, body, times=50, at_once=16):
    with ThreadPoolExecutor(at_once) as pool:
        return Counter(pool.map(house.meta.post, [body] * times))


def test_a_webhook_that_comes_fifty_times_is_one_message(build):
    with build() as house:
        body = house.meta.text(EVA, "¿A qué hora abren?", "wamid.ONCE")
        assert repeated(house, body) == {200: 50}
        house.settle()
        truths.every_message_is_there_once_and_in_order(house, {EVA: ["wamid.ONCE"]})
        truths.each_last_burst_was_answered_once(house, [EVA])
        truths.the_wire_saw_each_message_once(house)
        assert house.inbox.filter(event_key="m:wamid.ONCE").count() == 1

        reply = house.messages.get(sender="assistant")
        batch = whatsapp_body(
            whatsapp_text("uno", **of_now(contact=EVA, message_id="wamid.B1")),
            whatsapp_status(reply.external_id, "read", **of_now(contact=EVA)),
            whatsapp_text("hola", **of_now(contact=PABLO, message_id="wamid.B2")),
            whatsapp_status(reply.external_id, "delivered", **of_now(contact=EVA)),
            whatsapp_text("dos", **of_now(contact=EVA, message_id="wamid.B3")),
        )
        assert repeated(house, batch) == {200: 50}
        house.settle()
        truths.every_message_is_there_once_and_in_order(
            house, {EVA: ["wamid.ONCE", "wamid.B1", "wamid.B3"], PABLO: ["wamid.B2"]}
        )
        truths.numbers_have_no_holes(house)
        truths.no_item_was_given_up(house)
        truths.events_have_no_holes(house)
        told = (
            Event.objects.using(ALIAS).filter(type="message.updated", data__message__id=str(reply.id)).order_by("seq")
        )
        # A receipt that is overtaken may still bring a price, and tells it once.
        statuses = [event.data["message"]["status"] for event in told]
        assert [status for status, _ in groupby(statuses)] == ["sent", "delivered", "read"]
        assert len(told) <= 6


def test_an_album_of_a_new_contact_at_once_is_one_thread_in_its_order(build):
    """Each of the ten may be the one that makes the thread."""
    new = "5215512345678"
    with build() as house:
        bodies = [
            whatsapp_body(whatsapp_text(f"foto {n}", **of_now(contact=new, message_id=f"wamid.F{n}")))
            for n in range(10)
        ]
        with ThreadPoolExecutor(10) as pool:
            assert set(pool.map(house.meta.post, bodies)) == {200}
        house.settle()
        arrived = [key.removeprefix("m:") for key in house.inbox.order_by("id").values_list("event_key", flat=True)]
        truths.every_message_is_there_once_and_in_order(
            house, {new: [key for key in arrived if key.startswith("wamid.F")]}
        )
        truths.numbers_have_no_holes(house)
        truths.events_have_no_holes(house)


def test_what_is_not_signed_is_not_stored(build):
    with build() as house:
        body = house.meta.text(EVA, "Hola", "wamid.FORGED")
        assert house.meta.post(body, secret="somebody-elses-secret") == 403
        assert (house.inbox.count(), house.conversations.count()) == (0, 0)

        assert house.meta.post(body) == 200
        house.settle()
        truths.every_message_is_there_once_and_in_order(house, {EVA: ["wamid.FORGED"]})
