import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from assistants.models import KnowledgeSource


@pytest.fixture
def staff(client, db):
    client.force_login(User.objects.create_superuser("root@example.com", "root-secret-1", name="Root"))
    return client


@pytest.mark.parametrize(
    "path",
    [
        "assistant/?q=chispa",
        "assistant/?type__exact=ai&status__exact=active",
        "knowledgesource/?q=ana@example.com",
        "assistant/add/",
    ],
)
def test_staff_find_assistants_and_sources(staff, demo, path):
    assert staff.get(f"/admin/assistants/{path}").status_code == 200


def test_an_assistants_page_shows_its_hours_and_sources(staff, reception, chispa):
    assert b"10:00:00" in staff.get(f"/admin/assistants/assistant/{reception.pk}/change/").content
    assert b"Preguntas frecuentes" in staff.get(f"/admin/assistants/assistant/{chispa.pk}/change/").content


def test_the_lists_take_the_same_queries_however_long(staff, demo, ana, django_assert_max_num_queries):
    for number in range(5):
        ana.assistants.create(name=str(number), type="ai").sources.create(kind="text", title="x")
    for path in ("assistant", "knowledgesource"):
        with django_assert_max_num_queries(9):
            staff.get(f"/admin/assistants/{path}/")


@pytest.mark.parametrize(
    "items",
    [
        {"question": "a", "answer": "b"},
        [{"question": "a", "answer": "b"}, {"question": "a"}],
        [{"question": "a", "answer": " "}],
        [{"question": "a", "answer": "b", "phrasings": "c"}],
        [{"question": "a", "answer": "b", "phrasings": [1]}],
        ["a"],
    ],
)
def test_a_malformed_question_is_refused(chispa, items):
    with pytest.raises(ValidationError, match="items"):
        KnowledgeSource(assistant=chispa, kind="faq", title="x", items=items).full_clean()


def test_a_well_formed_question_is_taken(chispa):
    items = [{"question": "a", "answer": "b", "phrasings": ["c"]}, {"question": "d", "answer": "e"}]
    KnowledgeSource(assistant=chispa, kind="faq", title="x", items=items).full_clean()
