import pytest
from django.core.exceptions import ValidationError

from accounts.models import Event, User
from assistants.models import Assistant, KnowledgeSource


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


ASSISTANTS, HOURS = "/admin/assistants/assistant/", "/admin/assistants/schedule/"
NO_ROWS = {
    f"{part}-{count}": "0"
    for part in ("schedules", "exceptions", "sources")
    for count in ("TOTAL_FORMS", "INITIAL_FORMS")
}


def form_of(assistant, **fields):
    shown = ("name", "type", "status", "reply_mode", "model", "temperature", "max_tokens", "timezone")
    return {**{name: getattr(assistant, name) for name in shown}, **NO_ROWS, **fields}


def told():
    return [(event.type, event.actor["type"]) for event in Event.objects.order_by("seq")]


def test_an_account_hears_what_staff_change_of_its_assistant(staff, ana):
    made = ana.assistants.create(name="Chispa", type="ai")
    assert staff.post(f"{ASSISTANTS}{made.pk}/change/", form_of(made, name="Brasa")).status_code == 302
    assert Event.objects.get().data["assistant"]["name"] == "Brasa"
    hours = {"assistant": made.pk, "day_of_week": 1, "start_time": "09:00", "end_time": "18:00"}
    assert staff.post(f"{HOURS}add/", hours).status_code == 302
    staff.post(HOURS, {"action": "delete_selected", "_selected_action": [made.schedules.get().pk], "post": "yes"})
    assert not made.schedules.exists()
    assert told() == [("assistant.updated", "agent")] * 3


def test_staff_delete_no_assistant_with_all_that_it_knows(staff, ana):
    made = ana.assistants.create(name="Chispa", type="ai")
    assert staff.post(f"{ASSISTANTS}{made.pk}/delete/", {"post": "yes"}).status_code == 403
    staff.post(ASSISTANTS, {"action": "delete_selected", "_selected_action": [made.pk], "post": "yes"})
    assert Assistant.objects.get() == made


def test_an_assistant_made_by_staff_is_an_owner_s(staff, ana, bruno):
    form = form_of(Assistant(name="Chispa", type="ai"))
    assert staff.post(f"{ASSISTANTS}add/", {**form, "user": bruno.pk}).status_code == 200
    assert told() == []
    assert staff.post(f"{ASSISTANTS}add/", {**form, "user": ana.pk}).status_code == 302
    assert told() == [("assistant.created", "agent")]


def test_an_assistant_and_its_parts_move_to_no_other_account(staff, ana, carla):
    hers, theirs = (user.assistants.create(name="Chispa", type="ai") for user in (ana, carla))
    staff.post(f"{ASSISTANTS}{hers.pk}/change/", form_of(hers, user=carla.pk))
    source = hers.sources.create(kind="text", title="Horarios", content="Abrimos a las 10.")
    form = {"kind": "text", "title": "Horas", "content": "Abrimos a las 10.", "items": "[]", "assistant": theirs.pk}
    assert staff.post(f"/admin/assistants/knowledgesource/{source.pk}/change/", form).status_code == 302
    hers.refresh_from_db()
    source.refresh_from_db()
    assert (hers.user, source.title, source.assistant) == (ana, "Horas", hers)


def test_a_page_to_add_a_source_says_none_in_no_language(staff, ana):
    assert "None" not in staff.get("/admin/assistants/knowledgesource/add/").content.decode()
