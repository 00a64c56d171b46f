"""What an assistant leaves for a person: sent, changed or discarded, once."""

import pytest

from accounts.models import Event
from assistants.models import FAQCandidate
from conversations.answering.claims import claim_turn
from conversations.answering.finish import finish_turn
from conversations.models import AssistantRun, Conversation, Message, ReplyDraft
from conversations.tests.test_gates import ANSWER

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(wire, helper):
    helper.reply_mode = "draft"
    helper.save()
    return drafted(wire, "¿A qué hora abren?")


def drafted(wire, question, reply=ANSWER):
    wire.says(question)
    finish_turn(claim_turn(Conversation.objects.get().id), reply)
    return ReplyDraft.objects.order_by("created_at").last()


def draft_events():
    return list(Event.objects.filter(type__startswith="draft.").order_by("seq").values_list("type", flat=True))


def test_a_draft_is_listed_and_carries_the_id_of_its_run(client_of, ana, draft):
    listed = client_of(ana).get(f"/api/conversations/{draft.conversation_id}/drafts").json()["results"]
    assert [(one["id"], one["content"], one["status"], one["reason"]) for one in listed] == [
        (str(AssistantRun.objects.get().id), "Abrimos a las 9.", "pending", "reply_mode")
    ]


def test_a_draft_is_sent_as_the_agents_own_message(client_of, bruno, draft, sandbox):
    answer = client_of(bruno).post(f"/api/drafts/{draft.id}/send")
    message = Message.objects.get(sender="agent")
    assert (answer.status_code, answer.json()["id"]) == (201, str(message.id))
    assert (message.content, message.agent, message.status) == ("Abrimos a las 9.", bruno, "queued")
    assert message.metadata["draft_id"] == str(draft.id)
    draft.refresh_from_db()
    assert (draft.status, draft.message, draft.settled_by) == ("sent", message, bruno)
    assert Conversation.objects.get().ai_state == "human"
    assert draft_events() == ["draft.created", "draft.updated"]
    explanation = client_of(bruno).get(f"/api/messages/{message.id}/explanation").json()
    assert (explanation["id"], explanation["outcome"]) == (str(draft.id), "drafted")


def test_a_changed_draft_is_sent_as_it_was_changed(client_of, ana, draft):
    assert client_of(ana).put(f"/api/drafts/{draft.id}", {"content": "Abrimos a las 10."}).status_code == 200
    client_of(ana).post(f"/api/drafts/{draft.id}/send")
    draft.refresh_from_db()
    assert (draft.written, draft.message.content) == ("Abrimos a las 9.", "Abrimos a las 10.")


def test_what_was_changed_waits_to_be_learnt_without_what_is_private(client_of, ana, wire, draft):
    draft = drafted(wire, "Soy eva@example.com, ¿a qué hora abren?")
    client_of(ana).post(f"/api/drafts/{draft.id}/send", {"content": "A las 10, Eva. Llama al 55 1234 5678."})
    candidate = FAQCandidate.objects.get()
    assert (candidate.question, candidate.answer, candidate.status, candidate.asked) == (
        "¿A qué hora abren?\nSoy •••, ¿a qué hora abren?",
        "A las 10, •••. Llama al •••.",
        "pending",
        1,
    )


def test_what_was_sent_as_it_was_written_is_known_already(client_of, ana, draft):
    client_of(ana).post(f"/api/drafts/{draft.id}/send")
    assert not FAQCandidate.objects.exists()


def test_a_draft_is_sent_once(client_of, ana, draft):
    ana = client_of(ana)
    ana.post(f"/api/drafts/{draft.id}/send", {"content": "Uno"})
    for answer in (
        ana.post(f"/api/drafts/{draft.id}/send", {"content": "Dos"}),
        ana.put(f"/api/drafts/{draft.id}", {"content": "Dos"}),
        ana.delete(f"/api/drafts/{draft.id}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "draft_settled")
    assert Message.objects.get(sender="agent").content == "Uno"


def test_a_discarded_draft_is_gone_and_the_assistant_goes_on(client_of, ana, draft):
    assert client_of(ana).delete(f"/api/drafts/{draft.id}").status_code == 204
    draft.refresh_from_db()
    assert (draft.status, Conversation.objects.get().ai_state) == ("discarded", "ai")
    assert draft_events() == ["draft.created", "draft.discarded"]
    assert not Message.objects.filter(sender="agent").exists()


def test_a_newer_draft_takes_the_place_of_an_older_one(wire, draft):
    newer = drafted(wire, "¿Y los domingos?")
    draft.refresh_from_db()
    assert (draft.status, newer.status) == ("discarded", "pending")


def test_an_agent_who_writes_their_own_answer_leaves_no_draft_behind(client_of, ana, draft):
    client_of(ana).post(f"/api/conversations/{draft.conversation_id}/messages", {"content": "A las diez"})
    draft.refresh_from_db()
    assert draft.status == "discarded"


@pytest.mark.parametrize("body", [{"content": ""}, {"content": "x" * 20_001}, {"content": None}])
def test_an_impossible_text_changes_nothing(client_of, ana, draft, body):
    for answer in (
        client_of(ana).put(f"/api/drafts/{draft.id}", body),
        client_of(ana).post(f"/api/drafts/{draft.id}/send", body),
    ):
        assert (answer.status_code, answer.json()["details"][0]["field"]) == (400, "content")
    draft.refresh_from_db()
    assert (draft.status, draft.content) == ("pending", "Abrimos a las 9.")


def test_a_draft_outside_the_window_says_what_would_work(client_of, ana, draft):
    Conversation.objects.update(window_expires_at=None)
    answer = client_of(ana).post(f"/api/drafts/{draft.id}/send")
    assert (answer.status_code, answer.json()["code"]) == (400, "window_closed")
    waiting = {"metadata": {"wait_for_customer": True}}
    assert client_of(ana).post(f"/api/drafts/{draft.id}/send", waiting).status_code == 201
