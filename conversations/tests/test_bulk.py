import uuid

import pytest
from django.utils import timezone

from accounts.models import Event
from conversations.models import Conversation

URL = "/api/conversations/bulk"
NOBODY = str(uuid.UUID(int=0))


@pytest.fixture
def owner(client_of, ana):
    return client_of(ana)


@pytest.fixture
def three(shop, thread_of):
    return [thread_of(shop, str(number), contact_name=f"Eva {number}") for number in range(3)]


def ids(threads):
    return [str(thread.id) for thread in threads]


def order(api, threads, action, *value):
    return api.post(URL, {"ids": ids(threads), "action": action, **({"value": value[0]} if value else {})})


def events():
    return [(event.type, str(event.conversation_id)) for event in Event.objects.order_by("seq")]


def is_unchanged():
    rows = Conversation.objects.values_list("status", "tags", "unread_count", "assigned_agent")
    return (set(map(str, rows)), Event.objects.count()) == ({str(("active", [], 0, None))}, 0)


@pytest.mark.parametrize(
    ("action", "value", "field", "after", "event"),
    [
        ("status", "resolved", "status", "resolved", "conversation.status_changed"),
        ("priority", "urgent", "priority", "urgent", "conversation.updated"),
        ("tag", "vip", "tags", ["vip"], "conversation.updated"),
    ],
)
def test_each_thread_is_changed_and_announced_once(owner, three, action, value, field, after, event):
    assert order(owner, three, action, value).json() == {"changed": ids(three), "unchanged": [], "not_found": []}
    assert [getattr(row, field) for row in Conversation.objects.all()] == [after] * 3
    assert events() == [(event, pk) for pk in ids(three)]
    assert order(owner, three, action, value).json() == {"changed": [], "unchanged": ids(three), "not_found": []}
    assert Event.objects.count() == 3


def test_only_unread_threads_are_read(owner, three):
    Conversation.objects.filter(pk=three[1].pk).update(unread_count=4)
    answer = order(owner, three, "read").json()
    assert answer == {"changed": [str(three[1].id)], "unchanged": [str(three[0].id), str(three[2].id)], "not_found": []}
    assert events() == [("conversation.read", str(three[1].id))]


def test_threads_are_given_to_an_agent_who_speaks_instead_of_the_assistant(owner, three, bruno):
    Conversation.objects.filter(pk=three[0].pk).update(assigned_agent=bruno)
    Conversation.objects.filter(pk=three[1].pk).update(assigned_agent=bruno, ai_state="human")
    Conversation.objects.filter(pk=three[2].pk).update(answer_due_at=timezone.now())
    answer = order(owner, three, "assign", str(bruno.id)).json()
    assert (answer["changed"], answer["unchanged"]) == ([str(three[0].id), str(three[2].id)], [str(three[1].id)])
    rows = Conversation.objects.values_list("assigned_agent", "ai_state", "answer_due_at")
    assert set(rows) == {(bruno.id, "human", None)}
    assert order(owner, three, "assign", None).json()["changed"] == ids(three)
    assert set(Conversation.objects.values_list("assigned_agent", flat=True)) == {None}


def test_threads_are_given_another_assistant_or_none(owner, three, ana):
    chispa = ana.assistants.create(name="Chispa", type="ai")
    assert order(owner, three, "assistant", str(chispa.id)).json()["changed"] == ids(three)
    assert set(Conversation.objects.values_list("assigned_assistant", flat=True)) == {chispa.id}
    assert order(owner, three[:2], "assistant", None).json()["changed"] == ids(three[:2])
    assert order(owner, three, "assistant", None).json()["unchanged"] == ids(three[:2])


def test_a_tag_is_taken_off_and_the_others_stay(owner, three):
    Conversation.objects.filter(pk=three[0].pk).update(tags=["a", "vip", "b"])
    answer = order(owner, three, "untag", "vip").json()
    assert (answer["changed"], answer["unchanged"]) == (ids(three[:1]), ids(three[1:]))
    assert Conversation.objects.get(pk=three[0].pk).tags == ["a", "b"]


def test_foreign_and_unknown_ids_are_told_and_nothing_of_theirs_changes(client_of, owner, carla, three):
    theirs = Conversation.objects.create(user=carla, platform="whatsapp", contact_name="ajena")
    body = {"ids": [str(theirs.id), *ids(three), NOBODY, str(three[0].id)], "action": "status", "value": "archived"}
    answer = owner.post(URL, body)
    assert answer.status_code == 200
    assert answer.json() == {"changed": ids(three), "unchanged": [], "not_found": [str(theirs.id), NOBODY]}
    theirs.refresh_from_db()
    assert theirs.status == "active"
    assert set(Event.objects.values_list("account__name", flat=True)) == {"Ana"}


def test_members_of_the_team_may(client_of, bruno, three):
    assert order(client_of(bruno), three, "status", "pending").json()["changed"] == ids(three)
    assert {event.actor["id"] for event in Event.objects.all()} == {str(bruno.id)}


def test_a_thread_full_of_tags_undoes_it_all(owner, three):
    Conversation.objects.filter(pk=three[2].pk).update(tags=[str(n) for n in range(50)])
    answer = order(owner, three, "tag", "vip")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_tags")
    assert answer.json()["error"] == "«Eva 2» ya tiene 50 etiquetas; no se cambió nada."
    assert Conversation.objects.filter(tags=[]).count() == 2
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    ("action", "value", "field"),
    [
        ("delete", "x", "action"),
        ("status", "closed", "value"),
        ("status", None, "value"),
        ("priority", "x", "value"),
        ("priority", None, "value"),
        ("assign", "7", "value"),
        ("assign", NOBODY, "value"),
        ("assistant", NOBODY, "value"),
        ("tag", "", "value"),
        ("tag", "x" * 51, "value"),
        ("untag", ["a"], "value"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_changes(owner, three, action, value, field):
    answer = order(owner, three, action, value)
    assert (answer.status_code, [detail["field"] for detail in answer.json()["details"]]) == (400, [field])
    assert is_unchanged()


@pytest.mark.parametrize("action", ["status", "priority", "assign", "assistant", "tag", "untag"])
def test_a_missing_value_is_named(owner, three, action):
    answer = order(owner, three, action)
    assert [(each["field"], each["code"]) for each in answer.json()["details"]] == [("value", "required")]
    assert is_unchanged()


def test_people_and_assistants_of_others_are_not_given_threads(owner, three, carla):
    theirs = carla.assistants.create(name="ajeno", type="ai")
    for action, value in (("assign", carla.id), ("assistant", theirs.id)):
        assert order(owner, three, action, str(value)).status_code == 400
    assert is_unchanged()


@pytest.mark.parametrize("wrong", [[], ["x"], [str(uuid.UUID(int=n)) for n in range(201)], "x", None])
def test_ids_are_one_to_two_hundred(owner, three, wrong):
    answer = owner.post(URL, {"ids": wrong, "action": "read"})
    assert answer.status_code == 400
    assert answer.json()["details"][0]["field"].startswith("ids")


def test_two_hundred_threads_take_two_queries_each(owner, shop, thread_of, django_assert_max_num_queries):
    made = [thread_of(shop, str(number)) for number in range(200)]
    with django_assert_max_num_queries(400 + 20):
        assert len(order(owner, made, "status", "resolved").json()["changed"]) == 200
