from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Event, IdempotencyKey
from conversations.actions.messages import add_message
from conversations.actions.search import index_contact
from conversations.models import Conversation, Message

URL = "/api/conversations"


@pytest.fixture
def ana_api(ana, client_of):
    return client_of(ana)


def say(thread, n, **fields):
    thread.last_sequence += 1
    thread.save()
    defaults = {"content": f"m{n}", "sender": "user", "status": "delivered"}
    return Message.objects.create(conversation=thread, sequence=thread.last_sequence, **{**defaults, **fields})


def test_the_list_is_the_accounts_newest_first_with_its_event_seq(ana_api, shop, thread_of, carla):
    now = timezone.now()
    old = thread_of(shop, "1", last_message_time=now - timedelta(hours=1))
    new = thread_of(shop, "2", last_message_time=now)
    Conversation.objects.create(user=carla, platform="whatsapp", contact_name="ajena")
    answer = ana_api.get(URL)
    assert answer.status_code == 200
    assert [row["id"] for row in answer.data["results"]] == [str(new.id), str(old.id)]
    assert (answer.data["count"], answer.data["next"], answer["X-Event-Seq"]) == (2, None, "0")


def test_members_work_their_owners_conversations(client_of, bruno, thread):
    assert client_of(bruno).get(f"{URL}/{thread.id}").data["id"] == str(thread.id)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "", None),
        ("put", "", {"priority": "high"}),
        ("patch", "", {"priority": "high"}),
        ("delete", "", None),
        ("put", "/status", {"status": "resolved"}),
        ("post", "/read", None),
        ("post", "/assign", {"agent_id": None}),
        ("post", "/handoff", {}),
        ("post", "/resume", None),
        ("get", "/messages", None),
        ("post", "/messages", {"content": "Hola"}),
    ],
)
def test_a_stranger_finds_nothing_and_changes_nothing(client_of, carla, thread, method, path, body):
    answer = getattr(client_of(carla), method)(f"{URL}/{thread.id}{path}", body, format="json")
    assert answer.status_code == 404
    assert Event.objects.count() == 0
    assert Message.objects.count() == 0
    assert Conversation.objects.get().priority == "medium"


def test_without_a_token_nobody_gets_in(api, thread):
    answer = api.get(f"{URL}/{thread.id}")
    assert (answer.status_code, answer.data["code"]) == (401, "token_missing")
    assert answer.data["error"] == "Token de acceso requerido"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=active", "b"),
        ("status=active&status=resolved", "ba"),
        ("status=&platform=&priority=&tag=&assigned_assistant_id=&assigned_agent_id=&unread=&search=&ordering=", "ba"),
        ("status=&status=resolved", "a"),
        ("tag=nobody-has-it", ""),
        (f"tag={'x' * 1000}", ""),
        ("platform=whatsapp", "ba"),
        ("platform=telegram", ""),
        ("priority=urgent", "a"),
        ("tag=vip", "a"),
        ("unread=true", "b"),
        ("tag=vip&tag=otra", "a"),
        ("search=evelia", "a"),
        ("search=ÉVELIA", "a"),
        ("search=tornillo", "b"),
        ("search=envios", "b"),
        ("search=envíos tornillos", "b"),
        ("search=tornillo evelia", ""),
        ("search=8899", "a"),
        ("search=55 8899", "a"),
        ("search=66 8899", ""),
        ("search=%2B52 1 55 5000 8899", "a"),
        ("search=525550008899", "a"),
        ("search=%2B52 55 5000-8899", "a"),
        ("search=%2B525550008890", ""),
        ("search=eva@example", "b"),
        ("search=¿?", ""),
        ("ordering=last_message_time", "ab"),
        ("ordering=-contact_name", "ab"),
    ],
)
def test_filters(ana_api, shop, thread_of, query, found):
    now = timezone.now()
    made = {
        "a": thread_of(
            shop,
            "1",
            contact_name="Evelia",
            contact_phone="+52 1 55 5000 8899",
            status="resolved",
            priority="urgent",
            tags=["vip"],
            last_message_time=now,
        ),
        "b": thread_of(
            shop,
            "2",
            contact_email="eva@example.com",
            unread_count=2,
            last_message_time=now + timedelta(seconds=1),
        ),
    }
    for conversation in made.values():
        index_contact(conversation)
    add_message(made["b"], content="¿Tienen tornillos? ¿Y envíos?", sender="user", status="delivered")
    Conversation.objects.filter(pk=made["b"].pk).update(last_message_time=now + timedelta(seconds=1))
    answer = ana_api.get(f"{URL}?{query}")
    assert [row["id"] for row in answer.data["results"]] == [str(made[name].id) for name in found]


@pytest.mark.parametrize(
    "query",
    [
        "status=closed",
        "platform=myspace",
        "priority=x",
        "assigned_agent_id=7",
        "ordering=x",
        "ordering=unread_count",
        "unread=maybe",
        "updated_since=0001-01-01T00:00:00%2B14:00",
        "updated_since=9999-12-31T23:59:59-14:00",
    ],
)
def test_an_unknown_filter_value_is_refused(ana_api, thread, query):
    assert ana_api.get(f"{URL}?{query}").status_code == 400


def test_put_keeps_absent_fields_and_announces_the_change(ana_api, thread):
    answer = ana_api.put(f"{URL}/{thread.id}", {"priority": "high", "tags": ["vip"]}, format="json")
    assert (answer.status_code, answer.data["priority"], answer.data["contact_name"]) == (200, "high", "Eva")
    assert list(Event.objects.values_list("type", flat=True)) == ["conversation.updated"]
    assert Event.objects.get().data["conversation"] == answer.data


def test_a_foreign_assistant_cannot_be_assigned(ana_api, thread, carla):
    theirs = carla.assistants.create(name="ajeno", type="ai")
    answer = ana_api.put(f"{URL}/{thread.id}", {"assigned_assistant_id": str(theirs.id)}, format="json")
    assert answer.status_code == 400
    assert Conversation.objects.get().assigned_assistant is None


def test_status_changes_once(ana_api, thread):
    for _ in range(2):
        answer = ana_api.put(f"{URL}/{thread.id}/status", {"status": "resolved"}, format="json")
    assert (answer.data["status"], answer.data["resolved_at"] is not None) == ("resolved", True)
    assert list(Event.objects.values_list("type", flat=True)) == ["conversation.status_changed"]
    assert ana_api.put(f"{URL}/{thread.id}/status", {"status": "closed"}, format="json").status_code == 400


def test_an_agents_message_is_queued_and_silences_the_assistant(ana_api, ana, thread):
    Conversation.objects.update(answer_due_at=timezone.now(), unread_count=3)
    answer = ana_api.post(f"{URL}/{thread.id}/messages", {"content": "Hola, soy Ana"}, format="json")
    assert (answer.status_code, answer.data["status"], answer.data["sender"]) == (201, "queued", "agent")
    conversation = Conversation.objects.get()
    assert (conversation.ai_state, conversation.answer_due_at, conversation.unread_count) == ("human", None, 0)
    assert conversation.assigned_agent == ana
    assert list(Event.objects.order_by("seq").values_list("type", flat=True)) == [
        "message.created",
        "conversation.updated",
    ]


def test_a_client_id_makes_one_message(ana_api, thread):
    body = {"content": "Hola", "client_id": "c-1"}
    first, again = (ana_api.post(f"{URL}/{thread.id}/messages", body, format="json") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert Message.objects.count() == 1


def test_an_idempotency_key_makes_one_message_even_when_its_answer_was_never_kept(ana_api, thread):
    for _ in range(2):
        answer = ana_api.post(
            f"{URL}/{thread.id}/messages", {"content": "Hola"}, format="json", headers={"Idempotency-Key": "k-1"}
        )
        IdempotencyKey.objects.all().delete()
    assert answer.status_code == 201
    assert Message.objects.count() == 1


@pytest.mark.parametrize("content", ["", "   ", None, "x" * 20_001])
def test_a_message_without_content_is_refused(ana_api, thread, content):
    answer = ana_api.post(f"{URL}/{thread.id}/messages", {"content": content}, format="json")
    assert (answer.status_code, answer.data["details"][0]["field"]) == (400, "content")
    assert Message.objects.count() == 0


def test_messages_are_read_by_cursor_newest_last(ana_api, thread):
    made = [say(thread, n) for n in range(7)]
    url = f"{URL}/{thread.id}/messages?page_size=3"
    newest = ana_api.get(url).data
    assert [row["content"] for row in newest["results"]] == ["m4", "m5", "m6"]
    assert newest["next"] is None
    older = ana_api.get(newest["previous"]).data
    assert [row["content"] for row in older["results"]] == ["m1", "m2", "m3"]
    oldest = ana_api.get(older["previous"]).data
    assert ([row["content"] for row in oldest["results"]], oldest["previous"]) == (["m0"], None)
    assert [row["content"] for row in ana_api.get(oldest["next"]).data["results"]] == ["m1", "m2", "m3"]
    assert ana_api.get(f"{url}&after={made[5].id}").data["results"][0]["content"] == "m6"


@pytest.mark.parametrize("cursor", ["nonsense", "7b6f1c1e-52ff-4a0e-9a43-0d5b8c1f2a10"])
def test_a_cursor_of_another_thread_is_refused(ana_api, thread, cursor):
    assert ana_api.get(f"{URL}/{thread.id}/messages?before={cursor}").status_code == 400


@pytest.mark.parametrize("query", ["before=", "after=", "before=&after="])
def test_an_empty_cursor_is_none_as_an_empty_filter_is(ana_api, thread, query):
    add_message(thread, content="m", sender="user", status="delivered")
    answer = ana_api.get(f"{URL}/{thread.id}/messages?{query}")
    assert [row["content"] for row in answer.data["results"]] == ["m"]


def test_a_thread_is_opened_only_on_an_integration_of_the_same_platform(ana_api, bot):
    body = {"platform": "whatsapp", "contact_name": "Eva", "integration_id": str(bot.id)}
    assert ana_api.post(URL, body, format="json").status_code == 400
    assert Conversation.objects.count() == 0
    answer = ana_api.post(URL, {**body, "platform": "telegram", "contact_external_id": "7777"}, format="json")
    assert (answer.status_code, answer.data["status"]) == (201, "active")


def test_a_second_thread_for_the_same_contact_is_refused(ana_api, thread):
    body = {"platform": "whatsapp", "contact_name": "Eva", "integration_id": str(thread.integration_id)}
    answer = ana_api.post(URL, {**body, "contact_external_id": thread.contact_external_id}, format="json")
    assert (answer.status_code, answer.data["code"]) == (409, "conversation_exists")
    assert Conversation.objects.count() == 1


def test_deleting_leaves_an_event_and_nothing_else(ana_api, thread):
    say(thread, 1)
    assert ana_api.delete(f"{URL}/{thread.id}").status_code == 204
    assert (Conversation.objects.count(), Message.objects.count()) == (0, 0)
    assert Event.objects.get().data == {"id": str(thread.id)}


def test_assign_handoff_and_resume_move_the_thread_between_people_and_assistant(ana_api, bruno, thread):
    answer = ana_api.post(f"{URL}/{thread.id}/assign", {"agent_id": str(bruno.id)}, format="json")
    assert (answer.data["assigned_agent_id"], answer.data["ai_state"]) == (str(bruno.id), "human")
    assert ana_api.post(f"{URL}/{thread.id}/resume").data["ai_state"] == "ai"
    answer = ana_api.post(f"{URL}/{thread.id}/handoff", {}, format="json")
    assert (answer.data["ai_state"], answer.data["status"]) == ("human", "pending")
    assert list(Event.objects.order_by("seq").values_list("type", flat=True)) == [
        "conversation.assigned",
        "conversation.resumed",
        "conversation.status_changed",
        "conversation.handed_off",
    ]


def test_a_failed_message_can_be_sent_again(ana_api, thread):
    error = {"code": "131026", "class": "recipient", "message": "x", "retryable": False}
    failed = say(thread, 1, sender="agent", status="failed", metadata={"error": error})
    answer = ana_api.post(f"/api/messages/{failed.id}/retry")
    assert (answer.status_code, answer.data["status"], answer.data["metadata"]) == (200, "queued", {})
    assert ana_api.post(f"/api/messages/{failed.id}/retry").status_code == 409


def test_the_list_asks_as_often_for_fifty_rows_as_for_one(ana_api, shop, thread_of, django_assert_num_queries):
    thread_of(shop, "0")
    with django_assert_num_queries(6):
        ana_api.get(f"{URL}?page_size=100")
    for n in range(1, 50):
        thread_of(shop, str(n))
    with django_assert_num_queries(6):
        assert len(ana_api.get(f"{URL}?page_size=100").data["results"]) == 50


def test_equal_rows_keep_one_order_over_pages(ana_api, shop, thread_of):
    for number in range(9):
        thread_of(shop, str(number), contact_name="Eva")
    pages = [ana_api.get(f"{URL}?ordering=contact_name&page_size=3&page={page}").data["results"] for page in (1, 2, 3)]
    shown = [row["id"] for page in pages for row in page]
    assert shown == sorted(shown)
