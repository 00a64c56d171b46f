"""When an assistant keeps still, and that the record says which gate was closed."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from accounts.models import Event
from assistants.dialogue import Consulted, Effects, Reply, Trace
from assistants.models import Assistant
from conversations import answering
from conversations.answering import answer_thread
from conversations.answering.claims import claim_turn, threads_due
from conversations.answering.finish import Verdict, finish_turn
from conversations.models import AssistantRun, Conversation, Message, ReplyDraft
from conversations.tests.conftest import HOURS, notes, replies

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = Reply("Abrimos a las 9.", "answer", "openai", confidence=0.9)


def outcomes():
    runs = AssistantRun.objects.order_by("created_at")
    return [tuple(filter(None, (run.outcome, run.outcome_reason))) for run in runs]


def asked(wire, text="¿A qué hora abren?"):
    """A claim on the thread of a customer who has asked."""
    wire.says(text)
    return claim_turn(Conversation.objects.get().id)


def test_a_reply_is_on_record_with_all_that_led_to_it(wire, helper):
    wire.says("¿A qué hora abren?")
    answer_thread(Conversation.objects.get().id)
    run, message = AssistantRun.objects.get(), Message.objects.get(sender="assistant")
    assert (run.outcome, run.message, run.assistant, run.inbound.content) == (
        "sent",
        message,
        helper,
        "¿A qué hora abren?",
    )
    assert (run.engine, run.decision, run.text, run.prompt_version, run.attempt) == ("embedded", "answer", HOURS, 1, 1)
    assert run.knowledge_version == "1"
    assert run.passages[0]["text"] == HOURS
    assert run.passages[0]["cited"] is True
    assert run.finished_at >= run.created_at
    assert message.metadata["run_id"] == message.metadata["draft_id"] == str(run.id)
    assert message.metadata["citations"] == [{"source_id": str(helper.sources.get().id), "title": "Horario"}]
    assert Event.objects.get(type="message.created", data__draft_id=str(run.id)).data["message"]["id"] == str(
        message.id
    )


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"status": "archived"}, "status"),
        ({"ai_state": "human"}, "person"),
        ({"integration": None}, "integration"),
    ],
)
def test_a_closed_gate_is_on_record(wire, helper, change, gate):
    wire.says("¿A qué hora abren?")
    Conversation.objects.update(**change)
    assert answer_thread(Conversation.objects.get().id) is Verdict.NOTHING
    assert outcomes() == [("silent", gate)]


def test_messages_that_land_while_it_writes_start_it_over_twice_then_a_person_takes_over(wire, helper):
    claimed = asked(wire, "uno")
    for text in ("dos", "tres"):
        wire.says(text)
        assert finish_turn(claimed, ANSWER) is Verdict.AGAIN
        claimed = claim_turn(claimed.conversation_id)
    wire.says("cuatro")
    assert finish_turn(claimed, ANSWER) is Verdict.NOTHING
    conversation = Conversation.objects.get()
    assert (conversation.ai_state, conversation.status, replies()) == ("human", "pending", [])
    assert notes() == ["El cliente escribe: uno dos tres\nSiguió escribiendo mientras el asistente respondía."]
    assert outcomes() == [("dropped", "newer_message")] * 3
    assert threads_due() == []


def test_five_messages_while_it_writes_get_one_answer(wire, helper):
    claimed = asked(wire, "Hola")
    for n in range(4):
        wire.says(f"¿Están? {n}")
    wire.says("¿A qué hora abren?")
    assert finish_turn(claimed, ANSWER) is Verdict.AGAIN
    Message.objects.filter(content__startswith="¿Están?").update(content=" ")
    assert answer_thread(claimed.conversation_id) is Verdict.SPOKE
    assert replies() == [HOURS]


def test_what_comes_while_it_writes_opens_a_pause_of_its_own(wire, helper, settings):
    settings.DEBOUNCE_SECONDS = 2.5
    wire.says("uno")
    Conversation.objects.update(answer_due_at=timezone.now(), burst_started_at=timezone.now() - timedelta(seconds=8))
    claim_turn(Conversation.objects.get().id)
    wire.says("dos")
    assert Conversation.objects.get().answer_due_at > timezone.now() + timedelta(seconds=2)


def test_another_assistant_that_is_assigned_while_one_thinks_answers_the_burst(wire, helper, ana):
    claimed = asked(wire)
    other = Assistant.objects.create(user=ana, name="Otro", type="auto", auto_response="Soy Otro.")
    Conversation.objects.update(assigned_assistant=other)
    assert finish_turn(claimed, ANSWER) is Verdict.AGAIN
    assert answer_thread(claimed.conversation_id) is Verdict.SPOKE
    assert replies() == ["Soy Otro."]
    assert outcomes() == [("dropped", "other_assistant"), ("sent",)]


def test_an_assistant_that_is_switched_off_while_it_thinks_says_nothing(wire, helper):
    claimed = asked(wire)
    Assistant.objects.update(status="inactive")
    assert finish_turn(claimed, ANSWER) is Verdict.NOTHING
    assert (replies(), outcomes(), threads_due()) == ([], [("dropped", "inactive")], [])


def test_the_same_words_three_turns_in_a_row_are_a_loop(wire, helper):
    conversation = None
    for _ in range(3):
        wire.says("¿A qué hora abren?")
        conversation = Conversation.objects.get()
        answer_thread(conversation.id)
    conversation.refresh_from_db()
    assert (replies(), conversation.tags, conversation.ai_state) == ([HOURS] * 2, ["loop"], "human")
    handed = Event.objects.get(type="conversation.handed_off").data
    assert (handed["reason"], handed["conversation"]["tags"]) == ("loop", ["loop"])


def test_the_same_words_in_one_burst_are_impatience(wire, helper):
    for _ in range(3):
        wire.says("¿A qué hora abren?")
    assert answer_thread(Conversation.objects.get().id) is Verdict.SPOKE


def test_whoever_sends_our_own_text_back_is_a_machine(wire, helper):
    wire.says("¿A qué hora abren?")
    conversation = Conversation.objects.get()
    answer_thread(conversation.id)
    wire.says(f"{HOURS}!")
    assert answer_thread(conversation.id) is Verdict.NOTHING
    assert (replies(), Conversation.objects.get().tags) == ([HOURS], ["loop"])


@pytest.mark.parametrize(("said", "minutes"), [(6, 4), (20, 60 * 20)])
def test_too_many_replies_are_a_loop(wire, helper, said, minutes):
    wire.says("Hola")
    conversation = Conversation.objects.get()
    at = timezone.now() - timedelta(minutes=minutes)
    for sequence in range(2, said + 2):
        inbound = conversation.messages.create(sender="user", content=f"{sequence}", sequence=sequence + 100)
        row = {"sender": "assistant", "content": "…", "assistant": helper, "in_reply_to": inbound}
        conversation.messages.create(sequence=sequence, created_at=at, **row)
    Conversation.objects.update(last_sequence=200)
    assert answer_thread(conversation.id) is Verdict.NOTHING
    assert (Conversation.objects.get().tags, outcomes()) == (["loop"], [("handed_off", "loop")])


def test_over_its_budget_no_model_may_be_asked(wire, helper):
    helper.max_tokens_per_day = 100
    helper.save()
    AssistantRun.objects.create(user=helper.user, assistant=helper, tokens_in=60, tokens_out=39)
    assert asked(wire).may_ask_model is True
    AssistantRun.objects.update(tokens_out=40)
    Conversation.objects.update(answer_lease_until=None)
    assert claim_turn(Conversation.objects.get().id).may_ask_model is False
    AssistantRun.objects.update(created_at=timezone.now() - timedelta(days=1))
    Conversation.objects.update(answer_lease_until=None)
    assert claim_turn(Conversation.objects.get().id).may_ask_model is True


def test_over_the_money_of_a_day_no_model_may_be_asked(wire, helper, settings):
    settings.MODEL_PRICES = {"m": (1_000_000, 2_000_000)}
    helper.max_cost_per_day = 5
    helper.save()
    trace = Trace(model="m-2026-01-01", tokens_in=1, tokens_out=2)
    finish_turn(asked(wire), Reply("Hola", "answer", "openai", trace=trace))
    assert AssistantRun.objects.get().cost == 5
    wire.says("¿Y mañana?")
    assert claim_turn(Conversation.objects.get().id).may_ask_model is False


def test_a_try_that_the_database_ended_does_not_count(wire, helper, monkeypatch):
    wire.says("¿A qué hora abren?")
    conversation_id = Conversation.objects.get().id

    def away(*args, **kwargs):
        raise OperationalError("the connection was cut")

    for _ in range(4):
        monkeypatch.setattr(answering, "decide_reply", away)
        with pytest.raises(OperationalError):
            answer_thread(conversation_id)
    monkeypatch.undo()
    assert answer_thread(conversation_id) is Verdict.SPOKE
    assert outcomes() == [("failed", "database")] * 4 + [("sent",)]


def test_an_engine_that_breaks_three_times_leaves_it_to_a_person(wire, helper, monkeypatch):
    wire.says("¿A qué hora abren?")
    conversation_id = Conversation.objects.get().id

    def broken(*args, **kwargs):
        raise RuntimeError("a defect")

    monkeypatch.setattr(answering, "decide_reply", broken)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            answer_thread(conversation_id)
        Conversation.objects.update(answer_lease_until=None)
    assert answer_thread(conversation_id) is Verdict.NOTHING
    assert outcomes() == [("failed", "error")] * 3 + [("handed_off", "assistant_failed")]
    assert AssistantRun.objects.order_by("created_at").first().error == "RuntimeError: a defect"
    assert Conversation.objects.get().ai_state == "human"


def test_a_handoff_brings_a_summary_in_two_lines(wire, helper):
    wire.says("¿Quién ganó el mundial de 1986?")
    answer_thread(Conversation.objects.get().id)
    summary = "El cliente escribe: ¿Quién ganó el mundial de 1986?\nEl conocimiento del asistente no lo responde."
    handed = Event.objects.get(type="conversation.handed_off").data
    assert (handed["reason"], handed["summary"], notes()) == ("not_known", summary, [summary])
    assert outcomes() == [("handed_off", "not_known")]


def test_what_tools_asked_for_is_done_within_bounds(wire, helper):
    claimed = asked(wire)
    Conversation.objects.update(priority="high", tags=["vip"])
    effects = Effects(priority="medium", tags=("vip", "envíos"), resolve="Dio las gracias")
    finish_turn(claimed, Reply("¡Con gusto!", "answer", "openai", effects=effects))
    conversation = Conversation.objects.get()
    assert (conversation.priority, conversation.tags, conversation.status) == ("high", ["vip", "envíos"], "resolved")
    assert replies() == ["¡Con gusto!"]


def test_choices_are_offered_to_be_tapped_and_read_back_whole(wire, helper):
    claimed = asked(wire, "envíos")
    questions = ("¿Hacen envíos?", "¿Cuánto cuesta el envío?")
    finish_turn(claimed, Reply("¿Te refieres a…?", "choices", "embedded", choices=questions))
    message = Message.objects.get(sender="assistant")
    run_id = message.metadata["run_id"]
    assert message.metadata["choices"] == [
        {"id": f"{run_id}:1", "title": questions[0]},
        {"id": f"{run_id}:2", "title": questions[1]},
    ]
    assert asked(wire, "2").dialogue.offered == questions


def test_a_closed_window_makes_a_draft_and_a_notice(wire, helper):
    claimed = asked(wire)
    Conversation.objects.update(window_expires_at=timezone.now())
    assert finish_turn(claimed, ANSWER) is Verdict.NOTHING
    draft = ReplyDraft.objects.get()
    assert (replies(), draft.content, draft.reason) == ([], "Abrimos a las 9.", "window_closed")
    assert Event.objects.get(type="draft.created").data["draft"]["reason"] == "window_closed"


@pytest.mark.parametrize(
    ("mode", "certainty", "expected"),
    [
        ("auto", "low", ("sent",)),
        ("auto_when_confident", "sure", ("sent",)),
        ("auto_when_confident", "close", ("drafted", "not_sure")),
        ("auto_when_confident", "low", ("handed_off", "not_sure")),
        ("draft", "sure", ("drafted", "reply_mode")),
    ],
)
def test_the_mode_and_the_certainty_decide_what_becomes_of_an_answer(wire, helper, mode, certainty, expected):
    Assistant.objects.update(reply_mode=mode)
    passages = (Consulted("a:0", "a", "Horario", HOURS, 0.5),)
    finish_turn(asked(wire), Reply("A las 9.", "answer", "openai", certainty=certainty, passages=passages))
    assert outcomes() == [expected]
    not_known = "Eso no lo sé. Te paso con una persona de nuestro equipo, que te responderá por aquí."
    said = {"sent": ["A las 9."], "drafted": [], "handed_off": [not_known]}[expected[0]]
    assert replies() == said
    assert [draft.content for draft in ReplyDraft.objects.all()] == ([] if expected[0] == "sent" else ["A las 9."])


def test_a_text_that_the_guard_blocked_is_left_to_a_person(wire, helper):
    blocked = Reply("Eso no lo sé.", "handoff", "openai", "guard", certainty="low", draft="Cuesta $5.")
    assert finish_turn(asked(wire), blocked) is Verdict.SPOKE
    draft = ReplyDraft.objects.get()
    assert (replies(), draft.content, draft.reason, draft.run.message.content) == (
        ["Eso no lo sé."],
        "Cuesta $5.",
        "guard",
        "Eso no lo sé.",
    )
    assert Conversation.objects.get().ai_state == "human"


def test_in_draft_mode_an_engine_hands_over_without_a_word(wire, helper):
    Assistant.objects.update(reply_mode="draft")
    wire.says("¿Quién ganó el mundial de 1986?")
    answer_thread(Conversation.objects.get().id)
    assert (replies(), Conversation.objects.get().ai_state) == ([], "human")
