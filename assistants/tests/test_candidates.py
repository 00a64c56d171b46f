"""Questions from conversations: approved they are learnt, rejected they rest, decided once."""

import pytest
from django.utils import timezone

from assistants.candidates import suggest
from assistants.knowledge.shelf import index_of
from assistants.training.work import train_now


@pytest.fixture
def keeper(ana):
    return ana.assistants.create(name="Tendero", type="ai")


@pytest.fixture
def waiting(keeper):
    suggest(keeper, "¿Reparan bicicletas?", "Sí, en tres días.", timezone.now())
    suggest(keeper, "¿Arreglan bicis?", "Sí, en tres días.", timezone.now())
    return list(keeper.faq_candidates.order_by("created_at"))


def path(keeper, candidate=None, verb=""):
    base = f"/api/assistants/{keeper.pk}/faq-candidates"
    return f"{base}/{candidate.pk}/{verb}" if candidate else base


def test_an_approved_question_answers_after_the_next_training(client_of, ana, keeper, waiting):
    api = client_of(ana)
    assert api.post(path(keeper, waiting[0], "approve"), {}).json()["status"] == "approved"
    assert api.post(path(keeper, waiting[1], "approve"), {"question": "¿Arreglan bicicletas?"}).status_code == 200
    source = keeper.sources.get()
    assert (source.kind, source.title) == ("faq", "De conversaciones")
    assert source.items == [
        {"question": "¿Reparan bicicletas?", "answer": "Sí, en tres días.", "phrasings": ["¿Arreglan bicicletas?"]}
    ]
    assert index_of(keeper).passages == []
    train_now(keeper)
    assert index_of(keeper).search("¿Arreglan bicicletas?")[0].confidence == 1.0


def test_a_question_is_decided_once(client_of, ana, keeper, waiting):
    api = client_of(ana)
    assert api.post(path(keeper, waiting[0], "reject")).json()["status"] == "rejected"
    for verb in ("approve", "reject"):
        answer = api.post(path(keeper, waiting[0], verb), {})
        assert (answer.status_code, answer.json()["code"]) == (409, "already_decided")
    assert not keeper.sources.exists()


def test_the_list_is_filtered_by_status(client_of, ana, keeper, waiting):
    api = client_of(ana)
    api.post(path(keeper, waiting[0], "reject"))
    found = api.get(path(keeper), {"status": "pending"}).json()["results"]
    assert [each["question"] for each in found] == ["¿Arreglan bicis?"]


def test_a_question_without_an_answer_needs_one(client_of, ana, keeper):
    bare = keeper.faq_candidates.create(question="¿Abren?", key="x", asked_at=timezone.now())
    answer = client_of(ana).post(path(keeper, bare, "approve"), {})
    assert (answer.status_code, answer.json()["details"][0]["field"]) == (400, "answer")
    assert client_of(ana).post(path(keeper, bare, "approve"), {"answer": "Sí."}).status_code == 200
