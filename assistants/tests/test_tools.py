"""What a model may do beside writing, against a local server: each tool, its limits, and what is refused."""

import json

import pytest

from assistants.confirmations import confirms
from assistants.dialogue import Dialogue, Effects, Turn
from assistants.engine import decide_reply
from assistants.providers.base import Watch
from assistants.tests.conftest import NOON, calling, saying, says
from assistants.tests.model_server import ANSWER
from assistants.tools import Toolbox, ToolCall

NOT_KNOWN = "Eso no lo sé. Te paso con una persona de nuestro equipo, que te responderá por aquí."
SHIPPING = ["search_knowledge", {"query": "¿Hacen envíos?"}]


def ask(assistant, text="¿A qué hora abren?", *, tags=(), priority="medium", pieces=None):
    dialogue = Dialogue((Turn("customer", text, NOON),), "Lucía", priority=priority, known_tags=tags)
    return decide_reply(assistant, dialogue, NOON, Watch([].append if pieces is None else pieces.append))


def told(request):
    """What the tools answered, as the model was told."""
    return [json.loads(message["content"]) for message in request["body"]["messages"] if message["role"] == "tool"]


def test_a_search_brings_entries_that_may_be_cited(chispa, model):
    model.play(calling(SHIPPING), saying("Sí, enviamos a todo México. [k11]"))
    reply = ask(chispa)
    (found,) = told(model.asked[1])
    assert found[0]["text"].startswith("Sí, enviamos a todo México")
    numbers = [int(entry["id"].removeprefix("k")) for entry in found]
    assert numbers == list(range(numbers[0], numbers[0] + len(found)))
    assert reply.trace.tool_calls == (
        {"name": "search_knowledge", "arguments": '{"query": "\\u00bfHacen env\\u00edos?"}', "outcome": "ok"},
    )
    assert model.asked[1]["body"]["messages"][-2]["tool_calls"][0]["id"] == "call_0"


def test_a_handoff_ends_the_turn_with_its_summary(chispa, model):
    pieces = []
    model.play(calling(["handoff_to_human", {"reason": "reclamo", "summary": "Pedido roto.\nQuiere cambio."}]), "ok")
    reply = ask(chispa, pieces=pieces)
    assert (reply.kind, reply.reason, reply.text) == ("handoff", "model", NOT_KNOWN)
    assert reply.effects == Effects(summary="Pedido roto.\nQuiere cambio.")
    assert (len(model.asked), pieces) == (1, [])


def test_effects_are_gathered_and_the_text_is_sent(chispa, model):
    model.play(calling(["set_priority", {"level": "high"}], ["add_tags", {"tags": ["vip"]}]), "ok")
    reply = ask(chispa, tags=("vip", "queja"))
    assert (reply.text, reply.effects) == (ANSWER, Effects(priority="high", tags=("vip",)))
    assert told(model.asked[1]) == [{"ok": True}, {"ok": True}]


@pytest.mark.parametrize(
    "call",
    [
        ["set_priority", {"level": "low"}],
        ["set_priority", {"level": "highest"}],
        ["set_priority", {"level": "urgent", "conversation_id": "9b2c1c7e-0000-4000-8000-000000000000"}],
        ["add_tags", {"tags": ["made-up"]}],
        ["add_tags", {"tags": "vip"}],
        ["resolve", {"reason": "done"}],
        ["handoff_to_human", {"reason": "x"}],
        ["search_knowledge", {"query": ""}],
        ["search_knowledge", "{broken"],
        ["delete_account", {"id": "1"}],
        ["", {}],
    ],
)
def test_a_call_out_of_bounds_does_nothing_and_the_model_is_told(chispa, model, call):
    model.play(calling(call), "ok")
    reply = ask(chispa, tags=("vip",), priority="high")
    assert (reply.text, reply.effects) == (ANSWER, Effects())
    assert [each["outcome"] for each in reply.trace.tool_calls] == ["refused"]
    assert [list(answer) for answer in told(model.asked[1])] == [["error"]]


def test_a_matter_is_closed_only_once_the_customer_said_so(chispa, model):
    model.play(calling(["resolve", {"reason": "horario aclarado"}]), saying("¡Con gusto!"))
    assert ask(chispa, "listo, eso es todo").effects == Effects(resolve="horario aclarado")


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("sí, gracias", True),
        ("Listo, eso es todo", True),
        ("muchas gracias por todo", True),
        ("that's all, thanks", True),
        ("it's fixed", True),
        ("no, nada más", True),
        ("¿eso es todo?", False),
        ("todavía no está resuelto", False),
        ("no me quedó claro", False),
        ("it is not fixed", False),
        ("sí, pero quiero saber además cuánto cuesta el envío a Mérida", False),
        ("¿A qué hora abren?", False),
    ],
)
def test_what_settles_a_matter(text, settled):
    assert confirms(text) is settled


def test_two_rounds_are_the_most(chispa, model):
    model.play(calling(SHIPPING), calling(SHIPPING), calling(SHIPPING))
    assert ask(chispa).trace.fallback[0]["error"] == "tools_without_end"
    assert [request["body"]["tool_choice"] for request in model.asked] == ["auto", "auto", "none"]


def test_four_calls_are_the_most(chispa, model):
    model.play(calling(*[SHIPPING] * 6), "ok")
    reply = ask(chispa)
    assert [each["outcome"] for each in reply.trace.tool_calls] == ["ok"] * 4 + ["refused"] * 2
    assert (reply.text, model.asked[-1]["body"]["tool_choice"]) == (ANSWER, "none")


def test_a_server_without_tools_answers_without_them(chispa, model):
    model.play("picky~tools")
    assert (ask(chispa).text, ask(chispa).text) == (ANSWER, ANSWER)
    assert ["tools" in request["body"] for request in model.asked] == [True, False, False]
    assert "tool_choice" not in model.asked[-1]["body"]


def test_only_tags_that_exist_are_offered():
    tools = Toolbox(Dialogue((), known_tags=("vip", "queja")), str).offered()
    assert tools[-1]["function"]["parameters"]["properties"]["tags"]["items"]["enum"] == ["vip", "queja"]
    assert [tool["function"]["strict"] for tool in tools] == [True] * 5
    assert "add_tags" not in [tool["function"]["name"] for tool in Toolbox(Dialogue(()), str).offered()]


def test_the_priority_is_only_raised():
    box = Toolbox(says("hola"), str)
    for level in ("high", "low", "urgent", "high"):
        box.run([ToolCall(level, "set_priority", json.dumps({"level": level}))])
    assert [each["outcome"] for each in box.calls] == ["ok", "refused", "ok", "refused"]
    assert box.effects.priority == "urgent"


def test_citations_are_checked_and_no_customer_sees_them(chispa, model):
    model.say("Abrimos de lunes a sábado [k1]. Los domingos también abrimos. [k1, k2]")
    pieces = []
    reply = ask(chispa, pieces=pieces)
    assert reply.text == "Abrimos de lunes a sábado. Los domingos también abrimos."
    assert "[" not in "".join(pieces)
    assert reply.passages[0].cited


@pytest.mark.parametrize("mark", ["[k99]", "[k1][k77]"])
def test_a_citation_of_nothing_is_blocked(chispa, model, mark):
    model.say(f"Abrimos de lunes a sábado {mark}.", ANSWER)
    reply = ask(chispa)
    assert reply.text == ANSWER
    assert reply.trace.guard["objections"] == [f"citation: {mark.strip('[]').rpartition('[')[2]}"]


def test_a_citation_of_what_says_nothing_of_the_kind_is_blocked(chispa, model):
    model.say("El unicornio baila salsa [k1].")
    reply = ask(chispa)
    assert (reply.kind, reply.reason) == ("handoff", "guard")
    assert reply.trace.guard["final"] == ["citation: k1 says nothing of it"]
