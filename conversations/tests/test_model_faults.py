"""A model's server that fails in every way, seen from the thread: one whole answer or one handoff."""

import os
import time

import pytest

from conversations.answering import answer_thread
from conversations.models import AssistantRun, Conversation
from conversations.tests.conftest import HOURS, replies

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "0"))
NOT_KNOWN = "Eso no lo sé. Te paso con una persona de nuestro equipo, que te responderá por aquí."
FAULTS = [
    "429", "429~60", "quota", "401", "404", "500", "503", "hang", "broken_json", "empty_choices", "tcp_cut",
    "clean_cut", "done_without_finish", "stall", "drip", "error_event", "garbage", "odd", "bytes", "empty",
    "length_short", "content_filter", "endless",
]  # fmt: skip
EVERY_DAY = ["quota", "tcp_cut", "done_without_finish", "error_event", "length_short"]
"""What takes no waiting. What the engine makes of each is tested beside it; FAULT_ROUNDS sends all of them this way."""


@pytest.mark.parametrize("fault", FAULTS if ROUNDS else EVERY_DAY)
def test_a_fault_ends_as_one_answer_or_one_handoff(wire, helper, model, fault):
    for number in range(ROUNDS or 1):
        for contact, question, said in (("known", "¿A qué hora abren?", HOURS), ("unknown", "¿Venden oro?", NOT_KNOWN)):
            model.begin(fault)
            before = replies()
            wire.says(question, contact=f"52155{number:02}{len(contact):02}{FAULTS.index(fault):02}1")
            thread = Conversation.objects.latest("created_at")
            started = time.monotonic()
            answer_thread(thread.id)
            assert time.monotonic() - started < 30
            answer_thread(thread.id)  # the bell rings twice
            assert replies()[len(before) :] == [said], (fault, question)
            thread.refresh_from_db()
            assert thread.ai_state == ("ai" if said == HOURS else "human")
            assert AssistantRun.objects.filter(conversation=thread).get().outcome in {"sent", "handed_off"}
