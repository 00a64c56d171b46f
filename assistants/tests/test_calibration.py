"""What a training asks itself, and what it concludes."""

from dataclasses import replace

import pytest

from assistants.knowledge.chunks import Material, passages_of
from assistants.knowledge.classifier import Classifier, Folds
from assistants.knowledge.index import HeldBack, Index
from assistants.knowledge.shelf import index_of
from assistants.knowledge.tuning import Tuning
from assistants.knowledge.verdicts import certainty
from assistants.tests.conftest import learn
from assistants.training.calibration import calibrate
from assistants.training.questions import exam_of
from assistants.training.report import reasons_for_review, report_of
from assistants.training.twins import twins_of
from assistants.training.work import train_now

SHOP = [
    {"question": "¿A qué hora abren?", "answer": "Abrimos a las 9:00.", "phrasings": ["horario", "¿cuándo abren?"]},
    {"question": "¿Hacen envíos?", "answer": "Sí, por $99.", "phrasings": ["¿mandan a domicilio?"]},
    {"question": "¿Reparan bicicletas?", "answer": "Sí, en tres días."},
]


def passages(*items, **texts):
    told = [Material(title, title, text) for title, text in texts.items()]
    return passages_of([Material("faq", "FAQ", "", tuple(items or SHOP)), *told])


def calibrated(told):
    index = Index.of(told).classified(Classifier.of(told))
    return calibrate(index, exam_of(told), bool)


def test_each_phrasing_is_held_back_while_it_is_asked():
    exam = exam_of(passages())
    asked = {question.text: (question.answers, question.held_back.phrasing) for question in exam.known}
    assert asked == {
        "¿A qué hora abren?": ({0}, (0, 0)),
        "horario": ({0}, (0, 1)),
        "¿cuándo abren?": ({0}, (0, 2)),
        "¿Hacen envíos?": ({1}, (1, 0)),
        "¿mandan a domicilio?": ({1}, (1, 1)),
    }
    assert {question.held_back for question in exam.near_misses} == {
        HeldBack(passages=frozenset({0})),
        HeldBack(passages=frozenset({1})),
    }
    assert len(exam.off_topic) == 100


def test_the_newest_questions_of_conversations_are_asked_although_they_are_the_only_phrasing():
    assert exam_of(passages(), recent={"¿Reparan bicicletas?"}).known[0].text == "¿Reparan bicicletas?"


def test_the_same_knowledge_is_asked_the_same():
    assert exam_of(passages()) == exam_of(passages())


def test_what_is_held_back_is_not_found():
    index = Index.of(passages())
    assert index.search("¿Hacen envíos?")[0].confidence == 1.0
    assert index.search("¿Hacen envíos?", held_back=HeldBack(phrasing=(1, 0)))[0].confidence < 1.0
    found = index.search("¿Hacen envíos?", held_back=HeldBack(passages=frozenset({1})))
    assert "Sí, por $99." not in {hit.passage.text for hit in found}


def test_twins_tell_the_same_in_another_language_or_another_source():
    found = twins_of(passages(english="We open at 9:00.", about="Fundada en 1990."))
    assert [sorted(each) for each in found] == [[0, 3], [1], [2], [0, 3], [4]]


def test_few_questions_leave_the_thresholds_as_they_are():
    index, results = calibrated(passages())
    assert (index.tuning, len(results.known)) == (Tuning(), 5)


def test_a_report_counts_what_was_found_and_what_was_wrong():
    report = report_of(*calibrated(passages()))
    assert report["questions"] == {"known": 5, "near_misses": 5, "off_topic": 100}
    assert (report["passages"], report["wrong_percent"], report["contradictions"]) == (3, 0.0, [])
    assert 0 < report["recall_at_5"] <= 100


def test_two_answers_to_one_question_are_told():
    twice = [*SHOP, {"question": "horario", "answer": "Abrimos a las diez.", "phrasings": ["¿cuál es el horario?"]}]
    report = report_of(*calibrated(passages(*twice)))
    told = [{answer["text"] for answer in each["answers"]} for each in report["contradictions"]]
    assert {"Abrimos a las 9:00.", "Abrimos a las diez."} in told


@pytest.mark.parametrize(
    ("figures", "before", "codes"),
    [
        ((5.0, 90.0, 100), None, []),
        ((5.1, 90.0, 100), None, ["wrong_answers"]),
        ((0.0, 90.0, 100), {"recall_at_5": 95.0}, []),
        ((0.0, 90.0, 100), {"recall_at_5": 95.1}, ["recall_fell"]),
        ((0.0, 80.0, 10), {"recall_at_5": 100.0}, []),
        ((0.0, None, 0), {"recall_at_5": 95.1}, []),
        ((0.0, 10.0, 100), {}, []),
    ],
)
def test_a_person_is_asked_only_where_the_figures_say_so(figures, before, codes):
    wrong, recall, known = figures
    report = {"wrong_percent": wrong, "recall_at_5": recall, "questions": {"known": known}}
    assert [reason["code"] for reason in reasons_for_review(report, before)] == codes


def test_worse_knowledge_waits_for_a_person_and_the_old_answers_on(chispa):
    learn(chispa)
    chispa.versions.filter(published=True).update(report={"recall_at_5": 100.0})
    faq = chispa.sources.first()
    shuffled = [item["answer"] for item in faq.items[1:]] + [faq.items[0]["answer"]]
    lost = [
        {**item, "answer": answer, "phrasings": [f"xyz{n}"]}
        for n, (item, answer) in enumerate(zip(faq.items, shuffled, strict=True))
    ]
    faq.items = lost
    faq.save()
    chispa.sources.exclude(pk=faq.pk).delete()
    published = chispa.versions.get(published=True)
    run = train_now(chispa)
    assert (run.status, [each["code"] for each in run.report["reasons"]]) == (
        "needs_review",
        ["wrong_answers", "recall_fell"],
    )
    assert chispa.versions.get(published=True) == published
    assert run.version.published is False


def test_phrasings_teach_which_question_is_meant(chispa):
    told = index_of(chispa).passages
    learnt = Classifier.of(told)
    meant = learnt.likely("¿A qué hora abren?")
    assert told[max(meant, key=meant.__getitem__)].questions[0] == "¿Cuál es su horario?"
    assert sum(meant.values()) == pytest.approx(1, abs=0.01)
    assert Folds.of(told).blind_to(0, 0).likely("¿A qué hora abren?") != meant


def test_one_question_alone_teaches_nothing():
    assert Classifier.of(passages(SHOP[0])) is None
    assert Folds.of(passages(SHOP[0])).blind_to(0, 0) is None


def test_a_likely_passage_needs_no_lead_and_is_kept_with_its_version(chispa):
    index = Index.of(index_of(chispa).passages).classified(Classifier.of(index_of(chispa).passages))
    index = Index.load(index.tuned(Tuning(likely=0.0)).dump())
    hits = index.search("¿A qué hora abren?")
    assert hits[0].likely > 0.5
    near = [replace(hits[0], confidence=0.7), replace(hits[1], confidence=0.69)]
    assert certainty(near, Tuning(likely=hits[0].likely)) == "sure"
    assert certainty(near, Tuning()) == "close"
