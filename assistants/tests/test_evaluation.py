"""How the engine without a model does on the evaluation sets. Nothing of `held_back` chose a constant."""

import json

import pytest
from django.core.management import call_command
from django.utils import translation

from assistants.dialogue import Dialogue, Turn
from assistants.evaluation.asking import ASKED_AT, ask_all, trained
from assistants.evaluation.scoring import Figures
from assistants.evaluation.sets import PARTS, load, names
from assistants.evaluation.targets import missed
from assistants.languages import language_of
from assistants.providers import embedded

BUSINESSES = [load(name) for name in names()]


@pytest.fixture(scope="module")
def held_back():
    return [outcome for business in BUSINESSES for outcome in ask_all(business, "held_back")]


def test_the_targets_are_met_on_questions_held_back(held_back):
    assert missed(Figures(held_back).as_dict()) == []


def test_an_answer_to_an_answerable_question_is_seldom_the_wrong_one(held_back):
    assert Figures(held_back).as_dict()["answered_wrong"] <= 0.04


def test_the_sets_are_as_large_as_promised():
    three = [load(name) for name in ("shop", "clinic", "hotel")]
    asked = [question for business in three for part in PARTS for question in business.questions[part]]
    answerable = [question for question in asked if question.kind == "answerable"]
    assert len(answerable) >= 200
    assert len(asked) - len(answerable) >= 60
    assert sum(question.style in {"typos", "sms"} for question in answerable) >= 40


@pytest.mark.parametrize("business", BUSINESSES, ids=lambda business: business.name)
def test_every_right_answer_stands_in_its_source(business):
    sources = {
        source.id: json.dumps([source.content, *source.items], ensure_ascii=False) for source in business.sources
    }
    facts = {f for part in PARTS for question in business.questions[part] for held in question.right for f in held}
    assert [fact for fact in facts if json.dumps(fact.says, ensure_ascii=False)[1:-1] not in sources[fact.source]] == []


@pytest.mark.parametrize("business", BUSINESSES, ids=lambda business: business.name)
def test_all_that_is_said_is_word_for_word_from_a_source_that_is_named(business):
    index, sources = trained(business), {source.id: source for source in business.sources}
    for question in (each for part in PARTS for each in business.questions[part]):
        dialogue = Dialogue(tuple(Turn("customer", text, ASKED_AT) for text in question.ask))
        with translation.override(language_of(dialogue)):
            reply = embedded.reply_from(index, dialogue, language_of(dialogue))
        if reply.kind != "answer" or reply.reason:
            continue
        cited = [passage for passage in reply.passages if passage.cited]
        assert all(any(said in passage.text for passage in cited) for said in reply.text.split("\n\n"))
        for passage in cited:
            source = sources[passage.source_id]
            assert any(passage.text in text for text in [source.content, *(item["answer"] for item in source.items)])


def test_the_command_prints_the_figures_of_each_set_language_and_style(capsys):
    call_command("evaluate", "hotel", "--json", "--part", "chosen_on")
    told = json.loads(capsys.readouterr().out)
    assert (told["part"], told["missed"]) == ("chosen_on", [])
    assert set(told["figures"]) == {"all", "set", "language", "style"}
    assert set(told["figures"]["language"]) == {"es", "en"}
    assert told["figures"]["all"]["all"]["answerable"] == 49


def test_the_command_ends_with_an_error_where_a_target_is_missed(monkeypatch, capsys):
    monkeypatch.setattr("assistants.evaluation.targets.AT_LEAST", {"answered_right": 1.0})
    with pytest.raises(SystemExit) as ended:
        call_command("evaluate", "hotel")
    assert ended.value.code == 1
    assert "answered_right is 0." in capsys.readouterr().out


def test_the_command_knows_its_sets(capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("evaluate", "bakery")
    assert ended.value.code == 2
