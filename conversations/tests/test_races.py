"""Agents, customers and assistants at the same moment, over and over; RACE_ROUNDS widens it."""

import os
import random
import threading
import time
from functools import partial

import pytest
from django.db import connections
from django.utils import timezone

from accounts import stream
from assistants.dialogue import Reply
from assistants.providers.base import Cancelled
from conversations import answering
from conversations.actions.messages import Outgoing, queue_reply
from conversations.actions.threads import lock_conversation
from conversations.answering import answer_thread
from conversations.answering.claims import claim_turn, threads_due
from conversations.answering.finish import Verdict, finish_turn
from conversations.models import AssistantRun, Conversation

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = int(os.environ.get("RACE_ROUNDS", "6"))
WRITING = 0.03
PAUSE = 0.1


@pytest.fixture
def writer(monkeypatch):
    """An engine that writes for a while, as a model does, and that looks up now and then."""

    def write(assistant, dialogue, now, watch, **_):
        until = time.monotonic() + random.uniform(0, WRITING)
        while time.monotonic() < until:
            if watch.cancelled():
                raise Cancelled
            time.sleep(0.002)
        return Reply(f"Sobre «{dialogue.question}»", "answer", "openai")

    monkeypatch.setattr(answering, "decide_reply", write)


def at_once(*works):
    """Run them together, each with connections of its own."""
    failed = []

    def run(work):
        try:
            work()
        except Exception as error:  # noqa: BLE001 - told to whoever waits
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def settled():
    """Let everything that is due be answered."""
    while due := threads_due():
        for conversation_id in due:
            answer_thread(conversation_id)


def asked(wire, round_number, text="¿A qué hora abren?"):
    """A new customer's thread."""
    contact = f"52155500{round_number:05d}"
    wire.says(text, contact=contact)
    return Conversation.objects.get(contact_external_id=contact)


def agent_answers(conversation, agent):
    time.sleep(random.uniform(0, WRITING))
    with stream.gathered():
        queue_reply(lock_conversation(conversation.id), Outgoing("Soy Ana", agent=agent))


def test_after_an_agents_message_no_assistant_speaks(wire, helper, ana, writer):
    for round_number in range(ROUNDS):
        conversation = asked(wire, round_number)
        at_once(partial(answer_thread, conversation.id), partial(agent_answers, conversation, ana))
        settled()
        said = list(conversation.messages.order_by("sequence").values_list("sender", flat=True))
        assert said[said.index("agent") :] == ["agent"], round_number
    assert not AssistantRun.objects.unfinished().exists()


def writes_on(wire, conversation, texts):
    for text in texts:
        time.sleep(random.uniform(0, PAUSE / 3))
        wire.says(text, contact=conversation.contact_external_id)


def test_a_burst_gets_one_reply_however_it_falls(wire, helper, writer, settings):
    settings.DEBOUNCE_SECONDS = PAUSE
    for round_number in range(ROUNDS):
        conversation = asked(wire, round_number, "uno")
        if round_number % 2:  # as if the pause were over: the customer writes on while the answer is being written
            Conversation.objects.filter(pk=conversation.id).update(answer_due_at=timezone.now())
        claimed = claim_turn(conversation.id)
        at_once(partial(writes_on, wire, conversation, ["dos", "tres", "cuatro"]))
        if claimed:
            assert finish_turn(claimed, Reply("Sobre «uno»", "answer", "openai")) is Verdict.AGAIN
        time.sleep(PAUSE)
        at_once(*[partial(answer_thread, conversation.id)] * 2)
        settled()
        (reply,) = conversation.messages.filter(sender="assistant")
        assert reply.content == "Sobre «uno\ndos\ntres\ncuatro»", round_number


def test_workers_that_meet_at_a_thread_say_it_once(wire, helper, writer):
    for round_number in range(ROUNDS):
        conversation = asked(wire, round_number)
        at_once(*[partial(answer_thread, conversation.id)] * 4)
        assert conversation.messages.filter(sender="assistant").count() == 1, round_number
