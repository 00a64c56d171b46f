import itertools

import pytest

from integrations.sandbox import state as state_module
from integrations.sandbox.state import ChatKey, Line, State

ANA = ChatKey("whatsapp", "2007", "5215550142")


@pytest.mark.parametrize("order", list(itertools.permutations(["sent", "delivered", "read"])))
def test_ticks_only_climb(order):
    line = Line("out", "wamid.1", "Sí")
    for status in order:
        line.climb(status)
    assert line.status == "read"


def test_a_failure_is_the_end():
    line = Line("out", "wamid.1", "Sí", status="sent")
    line.climb("failed")
    line.climb("read")
    assert line.status == "failed"


def test_what_is_accepted_is_on_the_wire_and_on_the_phone():
    state = State()
    state.accept(ANA, "wamid.1", "Sí", {"type": "text"}, client_ref="ref")
    assert [(sent.id, sent.contact, sent.client_ref, sent.body) for sent in state.sent] == [
        ("wamid.1", "5215550142", "ref", {"type": "text"})
    ]
    [line] = state.shown(ANA)
    assert (line["direction"], line["id"], line["text"], line["status"]) == ("out", "wamid.1", "Sí", "")


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(state_module, "MAX_CHATS", 3)
    state = State()
    for number in range(5):
        state.accept(ANA._replace(contact=str(number)), f"wamid.{number}", "x", {})
    assert [key.contact for key in state.chats] == ["2", "3", "4"]
    for number in range(state_module.MAX_LINES + 7):
        state.accept(ANA, f"wamid.{number}", "x", {})
    assert len(state.shown(ANA)) == state_module.MAX_LINES


def test_two_ids_of_one_customer_share_a_phone():
    state = State()
    state.know(ANA, "MX.88120")
    assert state.contact("2007", "MX.88120") == "5215550142"
    assert state.contact("2008", "MX.88120") == "MX.88120"


def test_looking_at_a_chat_that_is_not_there_makes_none():
    state = State()
    assert state.shown(ANA) == []
    assert len(state.chats) == 0
