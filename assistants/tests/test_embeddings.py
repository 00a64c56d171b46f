"""Embeddings against a local server: kept where they help, done without wherever that server fails."""

import numpy as np
import pytest
from django.core.management import call_command
from django.db import transaction

from accounts.stream import SYSTEM
from assistants.engine import decide_reply, preview_reply
from assistants.knowledge.chunks import passages_of
from assistants.knowledge.index import Index
from assistants.knowledge.shelf import index_of
from assistants.knowledge.tuning import Tuning
from assistants.knowledge.vectors import Vectors, told
from assistants.models import Assistant
from assistants.providers.base import Cancelled, Watch
from assistants.providers.embeddings import Wish, embed
from assistants.tests.conftest import NOON, saying, says, vectors
from assistants.training import embedding, versions
from assistants.training.collecting import materials_of
from assistants.training.embedding import embedding_of, is_more_than_chance
from assistants.training.progress import Progress
from assistants.training.questions import exam_of
from assistants.training.runs import begin_training, claim
from assistants.training.versions import Product
from assistants.training.work import train_now

WAYS = {
    "abeto": "wuxani",
    "brocha": "zefoda",
    "cincel": "pulmira",
    "dedal": "torbeca",
    "esfinge": "gindasu",
    "fagot": "velkoro",
    "gubia": "muspeta",
    "hamaca": "dralino",
    "iglú": "fesquia",
    "jarrón": "bompura",
    "kayak": "yastiko",
    "trébol": "ubrasco",
}
"""What customers say in two ways that share no letter worth a mention. Words find ten of the twelve at most."""
STEP = vectors({said: word for word, said in WAYS.items()})
FIRST, LAST = "Claro: oteba.", "Claro: lobért."


@pytest.fixture
def keeper(ana, model, settings):
    settings.OPENAI_EMBEDDING_MODEL = "test-embedder"
    settings.EMBEDDING_TIMEOUTS = {"connect": 5.0, "question": 0.5, "batch": 0.5, "training": 60.0}
    settings.MODEL_PRICES = {"test-embedder": (2, 0)}
    model.play(saying("Claro."), embeddings=STEP)
    assistant = ana.assistants.create(name="Tendero", type="ai")
    items = [
        {"question": f"¿{word}?", "answer": f"Claro: {word[::-1]}.", "phrasings": [f"¿{said}?"]}
        for word, said in WAYS.items()
    ]
    assistant.sources.create(kind="faq", title="Tienda", items=items)
    return assistant


@pytest.fixture
def learnt(keeper, model):
    """Knows one way of asking, and what it means."""
    source = keeper.sources.get()
    source.items = [{**item, "phrasings": []} for item in source.items]
    source.save()
    passages = passages_of(materials_of(keeper))
    rows = embed([told(passage) for passage in passages], Wish("test-embedder", 5.0)).vectors
    index = Index.of(passages).embedded(Vectors("test-embedder", rows)).tuned(Tuning(meaning=1.0))
    versions.publish(versions.store(keeper, Product("", len(passages), index.dump(), {})))
    model.begin(saying("Claro."))
    model.play(saying("Claro."), embeddings=STEP)
    return keeper


def given(model):
    """The knowledge that the model was sent first."""
    return model.asked[0]["body"]["messages"][1]["content"]


def test_embeddings_that_help_are_kept_and_paid_for(keeper, model):
    run = train_now(keeper)
    found = run.report["embeddings"]
    assert (run.status, found["model"], found["used"], found["problem"]) == ("published", "test-embedder", True, None)
    assert found["lexical"]["recall_at_5"] < found["fused"]["recall_at_5"] == run.report["recall_at_5"] == 100.0
    assert found["lexical"]["mrr"] < found["fused"]["mrr"] == run.report["mrr"]
    assert found["fused"]["wrong"] <= found["lexical"]["wrong"]
    assert found["tokens"] > 0
    assert run.report["cost"] == {"tokens": found["tokens"], "amount": found["tokens"] * 2 / 1_000_000}
    assert {request["body"]["model"] for request in model.embedded} == {"test-embedder"}
    assert max(len(request["body"]["input"]) for request in model.embedded) == embedding.BATCH
    kept = index_of(keeper)
    assert (kept.vectors.model, kept.vectors.rows.dtype, len(kept.vectors.rows)) == ("test-embedder", np.float32, 12)
    assert np.allclose(np.linalg.norm(kept.vectors.rows, axis=1), 1, atol=1e-5)
    assert kept.tuning.meaning == found["fused"]["weight"] > 0


def test_a_stored_index_keeps_its_vectors_to_the_last_bit(learnt):
    index = index_of(learnt)
    again = Index.load(index.dump())
    assert again.vectors.model == "test-embedder"
    assert np.array_equal(again.vectors.rows, index.vectors.rows)


def test_a_paraphrase_is_found_by_its_meaning_and_does_not_go_out_unread(learnt, model):
    reply = decide_reply(learnt, says("¿ubrasco?"), NOON)
    assert LAST in given(model)
    assert set(reply.trace.tries) == {"ok"}
    assert (reply.confidence, reply.certainty == "sure") == (0.0, False)  # the evidence has no word of it


def test_the_same_question_is_embedded_once(learnt, model):
    for _ in range(2):
        decide_reply(learnt, says("¿ubrasco?"), NOON)
    assert [request["body"]["input"] for request in model.embedded] == [["¿ubrasco?"]]


def test_the_free_engine_asks_no_server(learnt, model):
    assert preview_reply(learnt, says("¿abeto?"), may_ask_model=False).text == FIRST
    assert (model.embedded, model.asked) == ([], [])


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("500", "server_error"),
        ("hang", "timeout"),
        ("narrow", "wrong_dimension"),
        ("nan", "bad_data"),
        ("few", "bad_data"),
        ("uneven", "bad_data"),
        ("broken_json", "bad_data"),
        ("429~60", "rate_limited"),
    ],
)
def test_at_a_question_words_do_without_a_server_that_fails(learnt, model, step, error):
    model.play(saying("Claro."), embeddings=step)
    reply = decide_reply(learnt, says("¿ubrasco?", "¿abeto?"), NOON)
    assert [each for each in reply.trace.tries if each != "ok"] == [f"embeddings_{error}"]
    assert (reply.engine, reply.trace.fallback, len(model.embedded)) == ("openai", (), 1)
    assert FIRST in given(model)
    assert LAST not in given(model)


def test_who_is_not_wanted_any_more_stops_asking(learnt, model):
    model.play("ok", embeddings="hang")
    with pytest.raises(Cancelled):
        decide_reply(learnt, says("¿abeto?"), NOON, Watch(cancelled=lambda: True))
    assert model.asked == []


def test_five_failures_leave_the_server_alone(learnt, model):
    model.play(saying("Claro."), embeddings="500")
    replies = [decide_reply(learnt, says(f"¿abeto {number}?"), NOON) for number in range(6)]
    assert replies[-1].trace.tries[0] == "embeddings_circuit_open"
    assert len(model.embedded) == 5


@pytest.mark.parametrize(
    ("steps", "error"),
    [
        ("401", "unauthorized"),
        ("hang", "timeout"),
        ("nan", "bad_data"),
        (f"{STEP},narrow", "wrong_dimension"),
        (f"500,{STEP}", None),
    ],
)
def test_what_a_server_does_in_a_training_is_told_and_raises_nothing(keeper, model, steps, error):
    model.play("ok", embeddings=steps)
    with transaction.atomic():
        begun = begin_training(Assistant.objects.select_for_update().get(pk=keeper.pk), SYSTEM)
    passages = passages_of(materials_of(keeper))
    made = embedding_of(passages, exam_of(passages), Progress(claim(begun.pk)))
    assert made.problem == (error and {"code": "embeddings_failed", "error": error})
    assert ((made.vectors is None), made.failed) == (bool(error), bool(error))


def test_a_training_without_its_server_is_published_and_asks_again_next_time(keeper, model, capsys):
    model.play("ok", embeddings="500")
    call_command("train", "Tendero")
    assert "El servidor de OPENAI_EMBEDDING_MODEL no dio embeddings: server_error." in capsys.readouterr().out
    run = keeper.training_runs.get()
    found = run.report["embeddings"]
    assert (run.status, found["used"], found["lexical"], found["fused"]) == ("published", False, None, None)
    assert found["problem"] == {"code": "embeddings_failed", "error": "server_error"}
    assert index_of(keeper).vectors is None
    model.begin("ok")
    model.play("ok", embeddings="vectors")
    assert train_now(keeper).report["embeddings"]["problem"] is None


def test_embeddings_that_do_not_help_are_not_kept_and_not_asked_for_again(keeper, model):
    model.play("ok", embeddings="vectors")
    found = train_now(keeper).report["embeddings"]
    assert (found["used"], found["problem"], found["lexical"]["weight"]) == (False, None, 0.0)
    assert (index_of(keeper).vectors, index_of(keeper).tuning.meaning) == (None, 0.0)
    before = len(model.embedded)
    assert before > 0
    train_now(keeper)
    assert len(model.embedded) == before


def test_too_much_or_too_little_is_not_embedded(keeper, model, monkeypatch):
    passages = passages_of(materials_of(keeper))
    few = exam_of(passages[:2])
    assert embedding_of(passages, few, None).report()["problem"] == {"code": "embeddings_untestable", "least": 6}
    monkeypatch.setattr(embedding, "MOST_PASSAGES", 11)
    found = embedding_of(passages, exam_of(passages), None)
    assert found.report()["problem"] == {"code": "embeddings_too_many", "limit": 11}
    assert (found.failed, model.embedded) == (False, [])


@pytest.mark.parametrize("name", ["another", ""])
def test_another_model_or_none_waits_for_the_next_training(learnt, model, settings, name):
    settings.OPENAI_EMBEDDING_MODEL = name
    assert set(decide_reply(learnt, says("¿ubrasco?"), NOON).trace.tries) == {"ok"}
    assert LAST not in given(model)
    assert model.embedded == []


@pytest.mark.parametrize(("gained", "lost", "counts"), [(5, 0, False), (6, 0, True), (8, 2, False), (0, 0, False)])
def test_a_gain_counts_only_where_chance_does_not_bring_it(gained, lost, counts):
    before = [False] * gained + [True] * lost + [True] * 9
    after = [True] * gained + [False] * lost + [True] * 9
    assert is_more_than_chance(before, after) is counts
