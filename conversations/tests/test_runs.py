"""Why this answer, what people think of it, and asking without sending."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Event
from assistants.models import Assistant
from conversations.answering import answer_thread
from conversations.models import AssistantRun, Conversation, Message
from conversations.tasks import trim_runs
from conversations.tests.conftest import HOURS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def answered(wire, helper):
    wire.says("¿A qué hora abren?")
    answer_thread(Conversation.objects.get().id)
    return Message.objects.get(sender="assistant")


def test_an_answer_is_explained(client_of, bruno, answered):
    explanation = client_of(bruno).get(f"/api/messages/{answered.id}/explanation").json()
    assert (explanation["id"], explanation["message_id"]) == (answered.metadata["run_id"], str(answered.id))
    assert (explanation["engine"], explanation["decision"], explanation["outcome"]) == ("embedded", "answer", "sent")
    assert (explanation["passages"][0]["title"], explanation["passages"][0]["text"]) == ("Horario", HOURS)
    assert (explanation["cost"], explanation["feedback"]) == (0.0, None)


def test_an_old_run_keeps_its_figures_only(answered):
    AssistantRun.objects.update(tokens_in=7, created_at=timezone.now() - timedelta(days=91))
    assert (trim_runs(), trim_runs()) == (1, 0)
    run = AssistantRun.objects.get()
    assert (run.tokens_in, run.decision, run.outcome, run.question, run.text, run.passages) == (
        7,
        "answer",
        "sent",
        "",
        "",
        [],
    )


def test_what_no_assistant_said_has_no_explanation(client_of, ana, answered):
    inbound = Message.objects.get(sender="user")
    assert client_of(ana).get(f"/api/messages/{inbound.id}/explanation").status_code == 404


def test_a_silence_is_listed_with_its_gate(client_of, ana, wire, helper):
    Assistant.objects.update(status="inactive")
    wire.says("Hola")
    thread = Conversation.objects.get()
    answer_thread(thread.id)
    runs = client_of(ana).get(f"/api/conversations/{thread.id}/runs").json()
    assert [(run["outcome"], run["outcome_reason"]) for run in runs["results"]] == [("silent", "inactive")]


def test_a_thumb_is_kept_with_the_message_and_its_run(client_of, bruno, answered):
    body = {"score": "down", "reason": "Es el horario viejo"}
    answer = client_of(bruno).put(f"/api/messages/{answered.id}/feedback", body)
    given = answer.json()["metadata"]["feedback"]
    assert (answer.status_code, given["score"], given["reason"], given["agent_id"]) == (
        200,
        *body.values(),
        str(bruno.id),
    )
    assert answer.json()["metadata"]["run_id"] == answered.metadata["run_id"]
    run = AssistantRun.objects.get()
    assert (run.score, run.score_reason) == ("down", "Es el horario viejo")
    assert Event.objects.filter(type="message.updated").get().data["message"]["metadata"]["feedback"] == given


def test_a_thumb_is_taken_back(client_of, ana, answered):
    ana = client_of(ana)
    ana.put(f"/api/messages/{answered.id}/feedback", {"score": "up"})
    answer = ana.put(f"/api/messages/{answered.id}/feedback", {"score": None})
    assert (answer.status_code, "feedback" in answer.json()["metadata"]) == (200, False)
    assert AssistantRun.objects.get().score is None


@pytest.mark.parametrize("body", [{}, {"score": "great"}, {"score": "up", "reason": "x" * 1001}])
def test_a_wrong_thumb_is_refused(client_of, ana, answered, body):
    answer = client_of(ana).put(f"/api/messages/{answered.id}/feedback", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert AssistantRun.objects.get().score is None


def test_a_preview_answers_in_the_shape_of_the_contract_and_sends_nothing(client_of, ana, helper):
    Assistant.objects.update(status="inactive")
    told = Event.objects.count()
    answer = client_of(ana).post(f"/api/assistants/{helper.id}/preview", {"question": "¿A qué hora abren?"})
    run = AssistantRun.objects.get()
    source_id = str(helper.sources.get().id)
    passage = {"source_id": source_id, "title": "Horario", "text": HOURS, "score": 1.0}
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "decision": "answer",
            "text": HOURS,
            "choices": [],
            "engine": "embedded",
            "confidence": 1.0,
            "passages": [passage],
            "run_id": str(run.id),
        },
    )
    assert (run.trigger, run.outcome, run.conversation, run.question) == (
        "preview",
        "shown",
        None,
        "¿A qué hora abren?",
    )
    assert (Message.objects.count(), Event.objects.count()) == (0, told)


def test_a_preview_of_what_is_not_known_hands_over(client_of, ana, helper):
    history = [{"sender": "user", "content": "Hola"}, {"sender": "assistant", "content": "¡Hola!"}]
    body = {"question": "¿Quién ganó el mundial?", "history": history}
    answer = client_of(ana).post(f"/api/assistants/{helper.id}/preview", body).json()
    assert (answer["decision"], answer["text"][:14]) == ("handoff", "Eso no lo sé. ")


def test_a_preview_of_a_canned_assistant_is_its_text(client_of, ana, helper):
    Assistant.objects.update(type="auto", auto_response="Hola{{contact_name}}, ya te atendemos.")
    answer = client_of(ana).post(f"/api/assistants/{helper.id}/preview", {"question": "Hola"}).json()
    assert (answer["decision"], answer["text"], answer["engine"], answer["confidence"], answer["passages"]) == (
        "answer",
        "Hola, ya te atendemos.",
        "rules",
        None,
        [],
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "question"),
        ({"question": " "}, "question"),
        ({"question": "x" * 4001}, "question"),
        ({"question": "Hola", "history": [{"sender": "boss", "content": "x"}]}, "history"),
    ],
)
def test_an_impossible_preview_is_refused_and_leaves_no_run(client_of, ana, helper, body, field):
    answer = client_of(ana).post(f"/api/assistants/{helper.id}/preview", body)
    assert (answer.status_code, answer.json()["details"][0]["field"].split(".")[0]) == (400, field)
    assert not AssistantRun.objects.exists()
