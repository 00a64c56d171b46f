import pytest

from integrations.sandbox.mailing import Letter, arranged, moved
from integrations.sandbox.troubles import TROUBLES

META = [Letter((name,), {"object": "page", "entry": [{"id": name, "time": 1790416800500}]}) for name in "abc"]


def test_a_batch_has_all_entries_in_one_body():
    [letter] = arranged(META, "reverse", batch=True, clock=0)
    assert letter.messages == ("c", "b", "a")
    assert letter.body == {"object": "page", "entry": [each.body["entry"][0] for each in reversed(META)]}


def test_telegram_has_no_batches():
    with pytest.raises(ValueError, match="one update a webhook"):
        arranged([Letter(("a",), {"update_id": 1})], "as_written", batch=True, clock=0)


def test_a_shuffled_order_loses_nothing():
    assert sorted(arranged(META, "shuffled", batch=False, clock=0)) == META


def test_clocks_move_in_their_own_units_and_nothing_else_does():
    body = {"time": 1790416800500, "n": 7, "messages": [{"timestamp": "1790416800", "id": "1790416800", "date": 5}]}
    there = {"time": 1790424000500, "n": 7, "messages": [{"timestamp": "1790424000", "id": "1790416800", "date": 7205}]}
    assert moved(body, 7200) == there
    assert moved(there, -7200) == body


def test_each_trouble_is_ordered_by_one_call(sandbox, receiver):
    sandbox.register("whatsapp", "3300001", "flame-test-secret", receiver.url)
    for name, trouble in TROUBLES.items():
        if trouble.rule:
            sandbox.add_trouble(name, contact="5215550142")
        else:
            assert sandbox.write("whatsapp", "5215550142", "Hola {n}", count=trouble.count, **trouble.inbound)
    sandbox.clear_faults()


def test_customers_of_a_batch_come_in_one_body(sandbox, receiver):
    sandbox.register("whatsapp", "3300001", "flame-test-secret", receiver.url)
    written = sandbox.write("whatsapp", "5215550142", "Hola {n}", count=2, others=2, batch=True)
    assert [each["statuses"] for each in written] == [[200]] * 6
    [body] = receiver.bodies()
    senders = [entry["changes"][0]["value"]["messages"][0]["from"] for entry in body["entry"]]
    assert senders == ["5215550142", "5215550143", "5215550144"] * 2
