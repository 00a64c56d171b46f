import threading
from datetime import time, timedelta

import pytest
from django.db import connections
from django.utils import timezone

from accounts import stream
from accounts.models import Event
from assistants.dialogue import Reply
from assistants.models import Assistant, Schedule
from conversations.actions.messages import Outgoing, queue_reply
from conversations.actions.threads import lock_conversation
from conversations.answering import answer_thread
from conversations.answering.claims import claim_turn, threads_due
from conversations.answering.finish import Verdict, finish_turn
from conversations.answering.thinking import Thinking
from conversations.delivery import deliver_thread
from conversations.models import Conversation, Message
from conversations.tests.conftest import HOURS, replies
from integrations.tests.wire import whatsapp_text

pytestmark = pytest.mark.django_db(transaction=True)


def said(text="Hola"):
    return Reply(text, "answer", "test")


def test_a_question_is_answered_on_the_customers_phone(wire, helper, sandbox):
    wire.says("¿A qué hora abren?", contact="5215559999", at=int(timezone.now().timestamp()))
    conversation = Conversation.objects.get()
    assert conversation.assigned_assistant == helper
    assert answer_thread(conversation.id) is Verdict.SPOKE
    deliver_thread(conversation.id)
    reply = Message.objects.get(sender="assistant", internal=False)
    assert (reply.content, reply.status, reply.assistant) == (HOURS, "sent", helper)
    assert reply.in_reply_to == Message.objects.get(sender="user")
    assert [sent["text"] for sent in sandbox.sent()] == [HOURS]
    assert (threads_due(), answer_thread(conversation.id)) == ([], Verdict.NOTHING)


def test_five_messages_get_one_reply_after_the_pause(wire, helper, settings):
    settings.DEBOUNCE_SECONDS = 2.5
    for n in range(4):
        wire.says(f"¿A qué hora abren? {n}")
    wire.says("¿A qué hora abren?")
    conversation = Conversation.objects.get()
    assert answer_thread(conversation.id) is Verdict.NOTHING
    pause = conversation.answer_due_at - timezone.now()
    assert timedelta(seconds=2) < pause <= timedelta(seconds=2.5)
    Conversation.objects.update(answer_due_at=timezone.now())
    assert answer_thread(conversation.id) is Verdict.SPOKE
    assert Message.objects.get(sender="assistant", internal=False).in_reply_to.sequence == 5


def test_a_burst_that_does_not_end_is_answered_after_eight_seconds(wire, helper, settings):
    settings.DEBOUNCE_SECONDS = 2.5
    wire.says("uno")
    Conversation.objects.update(burst_started_at=timezone.now() - timedelta(seconds=7))
    wire.says("dos")
    assert Conversation.objects.get().answer_due_at <= timezone.now() + timedelta(seconds=1)


def test_workers_that_race_say_it_once(wire, helper):
    wire.says("¿A qué hora abren?")
    conversation = Conversation.objects.get()

    def work():
        try:
            answer_thread(conversation.id)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert replies() == [HOURS]


def test_a_person_who_answers_while_the_assistant_thinks_is_not_talked_over(wire, helper, ana):
    wire.says("¿A qué hora abren?")
    conversation = Conversation.objects.get()
    claimed = claim_turn(conversation.id)
    queue_agents_reply(conversation, ana)
    assert finish_turn(claimed, said()) is Verdict.NOTHING
    assert replies() == []
    assert threads_due() == []


def queue_agents_reply(conversation, agent):
    with stream.gathered():
        queue_reply(lock_conversation(conversation.id), Outgoing("Soy Ana", agent=agent))


def test_after_an_agents_reply_the_assistant_keeps_still(wire, helper, ana):
    wire.says("Hola")
    queue_agents_reply(Conversation.objects.get(), ana)
    wire.says("¿A qué hora abren?")
    assert Conversation.objects.get().answer_due_at is None
    assert threads_due() == []


def test_a_message_that_lands_while_the_assistant_thinks_is_part_of_the_question(wire, helper):
    wire.says("Hola")
    claimed = claim_turn(Conversation.objects.get().id)
    wire.says("¿A qué hora abren?")
    assert finish_turn(claimed, said()) is Verdict.AGAIN
    assert replies() == []
    assert answer_thread(claimed.conversation_id) is Verdict.SPOKE
    assert replies() == [HOURS]


def test_a_worker_that_dies_thinking_is_replaced_when_its_lease_ends(wire, helper):
    wire.says("¿A qué hora abren?")
    conversation_id = Conversation.objects.get().id
    assert claim_turn(conversation_id) is not None
    assert claim_turn(conversation_id) is None
    assert threads_due() == []
    Conversation.objects.update(answer_lease_until=timezone.now())
    assert threads_due() == [conversation_id]
    assert answer_thread(conversation_id) is Verdict.SPOKE


def test_a_worker_that_thinks_for_long_keeps_its_thread(wire, helper, settings):
    settings.WORKER_LEASE_SECONDS = 10
    wire.says("¿A qué hora abren?")
    thinking = Thinking(claim_turn(Conversation.objects.get().id))
    Conversation.objects.update(answer_lease_until=timezone.now())
    assert not thinking.is_moot()
    assert len(threads_due()) == 1

    thinking.renewed_at -= 4
    assert not thinking.is_moot()
    assert threads_due() == []
    left = Conversation.objects.get().answer_lease_until - timezone.now()
    assert timedelta(seconds=9) < left <= timedelta(seconds=10)


def test_a_thought_that_is_moot_keeps_no_lease(wire, helper, ana):
    wire.says("¿A qué hora abren?")
    thinking = Thinking(claim_turn(Conversation.objects.get().id))
    queue_agents_reply(Conversation.objects.get(), ana)
    lease = Conversation.objects.get().answer_lease_until
    thinking.renewed_at -= 4
    assert thinking.is_moot()
    assert Conversation.objects.get().answer_lease_until == lease


def test_a_thread_that_ends_its_worker_three_times_goes_to_a_person(wire, helper):
    wire.says("¿A qué hora abren?")
    conversation_id = Conversation.objects.get().id
    for _ in range(3):
        assert claim_turn(conversation_id) is not None
        Conversation.objects.update(answer_lease_until=timezone.now())
    assert claim_turn(conversation_id) is None
    conversation = Conversation.objects.get()
    assert (conversation.ai_state, conversation.status) == ("human", "pending")
    assert Event.objects.filter(type="conversation.handed_off").get().data["reason"] == "assistant_failed"


def test_a_claim_that_comes_back_late_finds_its_answer_given(wire, helper):
    wire.says("¿A qué hora abren?")
    conversation_id = Conversation.objects.get().id
    late = claim_turn(conversation_id)
    Conversation.objects.update(answer_lease_until=timezone.now())
    assert answer_thread(conversation_id) is Verdict.SPOKE
    assert finish_turn(late, said("otra vez")) is Verdict.NOTHING
    assert replies() == [HOURS]


def test_outside_the_schedule_the_text_is_said_once_and_no_engine_is_asked(wire, helper):
    helper.out_of_hours_text = "Volvemos mañana, {{contact_name}}."
    helper.save()
    closed = (timezone.now().isoweekday() + 3) % 7
    Schedule.objects.create(assistant=helper, day_of_week=closed, start_time=time(9), end_time=time(10))
    for n in range(2):
        wire.whatsapp(whatsapp_text(f"¿A qué hora abren? {n}", name="Eva"))
        answer_thread(Conversation.objects.get().id)
    reply = Message.objects.get(sender="assistant", internal=False)
    assert (reply.content, reply.metadata["kind"], reply.metadata["engine"]) == (
        "Volvemos mañana, Eva.",
        "out_of_hours",
        "rules",
    )
    Message.objects.filter(pk=reply.pk).update(created_at=timezone.now() - timedelta(hours=13))
    wire.says("¿Y ahora?")
    answer_thread(Conversation.objects.get().id)
    assert len(replies()) == 2


def test_a_canned_assistant_greets_once(wire, helper):
    Assistant.objects.update(type="auto", auto_response="Hola {{contact_name}}, ahora te atendemos.")
    for _ in range(3):
        wire.says("Hola")
        answer_thread(Conversation.objects.get().id)
    assert replies() == ["Hola Eva, ahora te atendemos."]


def test_what_it_does_not_know_it_hands_over(wire, helper):
    wire.says("¿Quién ganó el mundial de 1986?")
    answer_thread(Conversation.objects.get().id)
    conversation = Conversation.objects.get()
    assert (conversation.ai_state, conversation.status, len(replies())) == ("human", "pending", 1)
    assert Message.objects.get(sender="assistant", internal=False).metadata["kind"] == "handoff"
    wire.says("¿Hola?")
    assert threads_due() == []


@pytest.mark.parametrize(
    "change", [{"status": "archived"}, {"ai_state": "human"}, {"assigned_assistant": None}, {"integration": None}]
)
def test_a_closed_gate_lets_nothing_out(wire, helper, change):
    wire.says("¿A qué hora abren?")
    Conversation.objects.update(**change)
    assert answer_thread(Conversation.objects.get().id) is Verdict.NOTHING
    assert (replies(), threads_due()) == ([], [])


def test_an_inactive_assistant_is_silent(wire, helper):
    Assistant.objects.update(status="inactive")
    wire.says("¿A qué hora abren?")
    assert answer_thread(Conversation.objects.get().id) is Verdict.NOTHING
    assert (replies(), threads_due()) == ([], [])
