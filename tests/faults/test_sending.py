"""kill -9 of the worker while the platform has a message: nobody knows whether it was taken."""

import time

import pytest

from integrations.tests.wire import whatsapp_body, whatsapp_status
from tests.faults import truths
from tests.faults.house import BOT, LAST, NUMBER
from tests.faults.waiting import wait_until

pytestmark = pytest.mark.faults

TAKEN, LOST, ON_TELEGRAM = "5215550000001", "5215550000002", "7777"
QUESTION = "¿A qué hora abren?"


def test_a_worker_killed_while_it_sends_doubles_nothing(build):
    with build(OUTBOX_LEASE_SECONDS="5", OUTBOX_SETTLE_SECONDS="5") as house:
        house.sandbox.add_fault(contact=TAKEN, hang=60, statuses="none")
        house.sandbox.add_fault(contact=LOST, hang=60, drop=True)
        house.sandbox.add_fault(contact=ON_TELEGRAM, hang=60)
        for contact in (TAKEN, LOST):
            house.meta.says(contact, QUESTION, f"wamid.{contact}")
        house.sandbox.write("telegram", ON_TELEGRAM, QUESTION, account_key=BOT)
        replies = house.messages.filter(sender="assistant")
        wait_until(lambda: replies.exclude(wire_at=None).count() == 3, 15, lambda: f"{house.open_work()}")
        wait_until(lambda: len(house.sandbox.sent()) == 2, 5, "the platforms took no message")
        house.server.kill()
        assert set(replies.values_list("status", flat=True)) == {"sending"}

        house.server.start()
        [taken] = house.sandbox.sent("whatsapp")
        receipt = {"contact": TAKEN, "ref": taken["client_ref"], "phone_number_id": NUMBER, "at": int(time.time())}
        house.meta.insist(whatsapp_body(whatsapp_status(taken["id"], "read", **receipt)))
        house.overtake()
        house.settle()
        status = dict(replies.values_list("conversation__contact_external_id", "status"))
        assert status == {TAKEN: "read", LOST: "read", LAST: "read", ON_TELEGRAM: "sending"}
        truths.the_wire_saw_each_message_once(house)
        assert [sent["contact"] for sent in house.sandbox.sent("telegram")] == [ON_TELEGRAM]
        unconfirmed = replies.get(conversation__contact_external_id=ON_TELEGRAM)
        assert (unconfirmed.metadata["error"]["code"], unconfirmed.next_attempt_at) == ("worker_lost", None)
