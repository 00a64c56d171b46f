from assistants.demo import DEMO_FAQ, create_demo_assistants
from assistants.dialogue import Dialogue, Turn
from assistants.engine import decide_reply
from assistants.models import Assistant, KnowledgeSource, Schedule
from assistants.tests.conftest import NOON


def test_seeding_again_changes_nothing_but_repairs(ana):
    chispa, reception = create_demo_assistants(ana)
    Assistant.objects.filter(pk=chispa.pk).update(name="x")
    assert create_demo_assistants(ana) == (chispa, reception)
    assert Assistant.objects.get(pk=chispa.pk).name == "Chispa"
    assert (Assistant.objects.count(), KnowledgeSource.objects.count(), Schedule.objects.count()) == (2, 2, 7)


def test_two_owners_have_demo_assistants_of_their_own(ana, carla):
    create_demo_assistants(ana)
    create_demo_assistants(carla)
    assert Assistant.objects.visible_to(carla).count() == 2
    assert Assistant.objects.count() == 4


def test_both_languages_say_the_same_things(ana):
    spanish, english = DEMO_FAQ["es"], DEMO_FAQ["en"]
    assert len(spanish) == len(english) == 20
    assert all(len(item["phrasings"]) >= 2 for item in [*spanish, *english])


def test_every_phrasing_finds_its_own_answer(chispa):
    for items in DEMO_FAQ.values():
        for item in items:
            for text in [item["question"], *item["phrasings"]]:
                reply = decide_reply(chispa, Dialogue((Turn("customer", text, NOON),)), NOON)
                assert reply.text == item["answer"], text
