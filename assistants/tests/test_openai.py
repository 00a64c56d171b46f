"""The engine that asks a model, against a local server: what it sends, what it makes of the answer, and each fault."""

import os
import time

import pytest

from assistants.dialogue import Turn
from assistants.engine import decide_reply
from assistants.providers.base import Cancelled, Watch, unheard, wanted
from assistants.providers.servers import server_of
from assistants.tests.conftest import NOON, says
from assistants.tests.model_server import ANSWER

QUESTION = "¿A qué hora abren?"
FAQ_ANSWER = "Abrimos de lunes a sábado de 10:00 a 20:00 y los domingos de 11:00 a 17:00."
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))
NOT_KNOWN = "Eso no lo sé. Te paso con una persona de nuestro equipo, que te responderá por aquí."


def ask(assistant, *texts, pieces=None, cancelled=wanted, **dialogue):
    watch = Watch(unheard if pieces is None else pieces.append, cancelled)
    return decide_reply(assistant, says(*(texts or [QUESTION]), **dialogue), NOON, watch)


def test_a_models_answer_is_streamed_and_accounted_for(chispa, model):
    pieces = []
    reply = ask(chispa, pieces=pieces)
    assert (reply.text, reply.kind, reply.engine, reply.certainty) == (ANSWER, "answer", "openai", "sure")
    assert "".join(pieces) == ANSWER
    assert len(pieces) > 5
    assert reply.confidence == 1.0
    assert reply.trace.model == "m-1"
    assert (reply.trace.tokens_in, reply.trace.tokens_out) == (100, 20)
    assert reply.trace.tries == ("ok",)
    assert reply.trace.finish_reason == "stop"
    assert reply.trace.guard == {"objections": [], "rewritten": False}
    assert 0 < reply.trace.first_token_seconds <= reply.trace.total_seconds
    assert reply.passages[0].source_id == str(chispa.sources.first().id)
    assert reply.passages[0].cited


def test_the_request_holds_rules_data_history_and_the_burst(chispa, model):
    chispa.max_tokens, chispa.temperature = 321, 0.3
    before = (
        Turn("customer", "Hola", NOON),
        Turn("assistant", "¡Hola!", NOON, "answer"),
        Turn("customer", "¿Hay alguien?", NOON),
        Turn("agent", "Soy Bruno", NOON),
    )
    ask(chispa, "Una pregunta", QUESTION, before=before, name="Lucía <b>Pérez</b> 5512345678")
    (request,) = model.asked
    body = request["body"]
    assert request["authorization"] == "Bearer sk-test-0123456789"
    assert [tool["function"]["name"] for tool in body["tools"]] == [
        "search_knowledge",
        "handoff_to_human",
        "set_priority",
        "resolve",
    ]
    assert {name: body[name] for name in body if name not in ("messages", "tools")} == {
        "model": "test-model",
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_completion_tokens": 321,
        "temperature": 0.3,
        "reasoning_effort": "low",
        "tool_choice": "auto",
    }
    rules, data, *history, burst = body["messages"]
    assert rules["role"] == "system"
    assert chispa.ai_prompt in rules["content"]
    assert "Spanish" in rules["content"]
    assert data["role"] == "user"
    assert '"first_name": "Lucía", "channel": "whatsapp", "language": "es"' in data["content"]
    assert FAQ_ANSWER in data["content"]
    assert history == [
        {"role": "user", "content": "Hola"},
        {"role": "assistant", "content": "¡Hola!"},
        {"role": "user", "content": "¿Hay alguien?"},
        {"role": "assistant", "content": "[a person of the team] Soy Bruno"},
    ]
    assert burst == {"role": "user", "content": f"Una pregunta\n{QUESTION}"}
    assert "Pérez" not in str(body)
    assert "5512345678" not in str(body)


def test_a_follow_up_is_sent_the_knowledge_of_what_it_follows(chispa, model):
    before = (Turn("customer", "¿Hacen envíos?", NOON), Turn("assistant", "Sí.", NOON, "answer"))
    ask(chispa, "¿y eso cuándo?", before=before)
    assert "enviamos a todo México" in model.asked[0]["body"]["messages"][1]["content"]


def test_without_a_key_no_server_is_asked(chispa, model, settings):
    settings.OPENAI_API_KEY = ""
    assert ask(chispa).engine == "embedded"
    assert model.asked == []


def test_the_models_wish_for_a_person_is_not_shown(chispa, model):
    model.say("[[handoff]]")
    pieces = []
    reply = ask(chispa, pieces=pieces)
    assert (reply.text, reply.kind, reply.reason) == (NOT_KNOWN, "handoff", "model")
    assert pieces == []


def test_a_blocked_text_is_written_anew_once(chispa, model):
    model.say("Escríbenos a https://evil.example y cuesta $5.", ANSWER)
    pieces = []
    reply = ask(chispa, pieces=pieces)
    assert reply.text == ANSWER
    assert reply.trace.guard == {"objections": ["link: evil.example", "number: $5"], "rewritten": True}
    assert reply.trace.tries == ("ok", "ok")
    assert (reply.trace.tokens_in, reply.trace.tokens_out) == (200, 40)
    assert "evil.example" in model.asked[1]["body"]["messages"][-1]["content"]
    assert ANSWER not in "".join(pieces)


def test_a_text_that_is_blocked_twice_goes_to_a_person(chispa, model):
    model.say("Cuesta $5.")
    reply = ask(chispa)
    assert (reply.text, reply.kind, reply.reason) == (NOT_KNOWN, "handoff", "guard")
    assert reply.trace.guard["final"] == ["number: $5"]
    assert reply.draft == "Cuesta $5."
    assert len(model.asked) == 2


@pytest.mark.parametrize(
    ("step", "code", "tries"),
    [
        ("429", "rate_limited", 2),
        ("429~60", "rate_limited", 1),
        ("quota", "quota", 1),
        ("401", "unauthorized", 1),
        ("404", "refused", 1),
        ("500", "server_error", 2),
        ("503", "server_error", 2),
        ("hang", "timeout", 2),
        ("broken_json", "cut_short", 2),
        ("empty_choices", "cut_short", 2),
        ("tcp_cut", "connection", 2),
        ("clean_cut", "cut_short", 2),
        ("done_without_finish", "cut_short", 2),
        ("stall", "timeout", 2),
        ("drip", "timeout", 2),
        ("error_event", "stream_error", 2),
        ("garbage", "bad_data", 2),
        ("odd", "bad_data", 2),
        ("bytes", "bad_data", 2),
        ("empty", "empty", 2),
        ("length_short", "length", 1),
        ("content_filter", "content_filter", 1),
        ("endless", "endless", 1),
    ],
)
def test_every_fault_ends_in_the_embedded_answer(chispa, model, step, code, tries):
    for _ in range(ROUNDS):
        model.begin(step)
        reply = ask(chispa, pieces=[])
        assert (reply.text, reply.kind, reply.engine) == (FAQ_ANSWER, "answer", "embedded")
        assert reply.trace.fallback == ({"engine": "openai", "error": code, "tries": [code] * tries},)
        assert len(model.asked) == tries


@pytest.mark.parametrize("step", ["stall", "clean_cut", "error_event", "tcp_cut"])
def test_a_fault_on_an_unknown_question_ends_in_a_handoff_and_no_part_of_a_text(chispa, model, step):
    model.play(step)
    reply = ask(chispa, "¿Aceptan bitcoin?")
    assert (reply.text, reply.kind, reply.engine) == (NOT_KNOWN, "handoff", "embedded")


@pytest.mark.parametrize("step", ["429~0.1", "500", "clean_cut", "tcp_cut", "hang", "garbage"])
def test_a_second_try_succeeds(chispa, model, step):
    model.play(step, "ok")
    reply = ask(chispa)
    assert (reply.text, reply.engine) == (ANSWER, "openai")
    assert len(reply.trace.tries) == 2


def test_a_second_try_after_a_heard_piece_is_written_unheard(chispa, model):
    model.play("clean_cut", "ok")
    pieces = []
    assert ask(chispa, pieces=pieces).text == ANSWER
    assert "".join(pieces) == "Abrimos de lunes a"


def test_a_server_that_nobody_listens_on_is_left_at_once(chispa, model, settings):
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    reply = ask(chispa)
    assert (reply.engine, reply.trace.fallback[0]["error"]) == ("embedded", "connection")


def test_a_stream_without_done_is_whole_when_it_has_its_finish(chispa, model):
    model.play("no_done")
    assert ask(chispa).text == ANSWER


def test_a_text_that_ran_out_of_length_ends_at_its_last_sentence(chispa, model):
    model.play("length")
    reply = ask(chispa)
    assert (reply.text, reply.trace.finish_reason) == ("Abrimos de lunes a sábado.", "length")


@pytest.mark.parametrize("parameter", ["temperature", "reasoning_effort", "stream_options"])
def test_a_refused_parameter_is_left_out_and_remembered(chispa, model, parameter):
    model.play(f"picky~{parameter}")
    assert ask(chispa).trace.tries == ("refused", "ok")
    assert ask(chispa).trace.tries == ("ok",)
    assert [parameter in request["body"] for request in model.asked] == [True, False, False]


def test_an_old_server_is_met_on_its_own_terms(chispa, model):
    model.play("old")
    assert ask(chispa).text == ANSWER
    assert set(model.asked[-1]["body"]) == {"model", "messages", "stream", "max_tokens"}
    assert model.asked[-1]["body"]["max_tokens"] == 500


def test_a_model_that_thinks_its_ceiling_away_gets_more_room(chispa, model):
    model.play("thinker")
    assert ask(chispa).trace.tries == ("thought_too_long", "ok")
    assert ask(chispa).trace.tries == ("ok",)
    assert [request["body"]["max_completion_tokens"] for request in model.asked] == [500, 2000, 2000]


def test_a_server_that_keeps_failing_is_left_alone(chispa, model, settings):
    model.play("500")
    for _ in range(3):
        ask(chispa)
    assert len(model.asked) == 5
    reply = ask(chispa)
    assert (reply.engine, reply.trace.fallback[0]["error"]) == ("embedded", "circuit_open")
    assert len(model.asked) == 5
    server_of(settings.OPENAI_BASE_URL, "test-model").breaker.succeeded()
    ask(chispa)
    assert len(model.asked) == 7


def test_a_cancelled_answer_is_dropped_at_once(chispa, model):
    model.play("slow")
    pieces = []
    with pytest.raises(Cancelled):
        ask(chispa, pieces=pieces, cancelled=lambda: len(pieces) > 3)
    assert 3 < len(pieces) < 20


def test_a_waiting_answer_can_be_cancelled(chispa, model, settings):
    settings.OPENAI_TIMEOUTS = {**settings.OPENAI_TIMEOUTS, "first_token": 60.0, "total": 60.0}
    model.play("hang")
    started = time.monotonic()
    with pytest.raises(Cancelled):
        ask(chispa, cancelled=lambda: time.monotonic() - started > 0.3)
    assert time.monotonic() - started < 30


def test_the_whole_reply_keeps_its_deadline(chispa, model, settings):
    settings.OPENAI_TIMEOUTS = {"connect": 1.0, "first_token": 60.0, "between_chunks": 60.0, "total": 0.8}
    model.play("slow")
    started = time.monotonic()
    assert ask(chispa).engine == "embedded"
    assert time.monotonic() - started < 30
