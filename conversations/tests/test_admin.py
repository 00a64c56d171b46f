"""What staff do with threads. They read them; what changes goes the way that a person's change goes."""

import csv
import io

import pytest

from accounts.models import Event, User
from conversations.models import Conversation, Message

THREADS = "/admin/conversations/conversation/"


@pytest.fixture
def staff(client, db):
    client.force_login(User.objects.create_superuser("staff@example.com", "staff-secret-1", name="Staff"))
    return client


def act(staff, action, threads, **answer):
    return staff.post(THREADS, {"action": action, "_selected_action": [each.pk for each in threads], **answer})


def test_resolving_asks_first_and_is_told(staff, thread, chat):
    asked = act(staff, "resolve", [thread])
    assert "Eva (whatsapp)" in asked.content.decode()
    assert set(Conversation.objects.values_list("status", flat=True)) == {"active"}
    assert Event.objects.count() == 0
    act(staff, "resolve", [thread], confirmed="yes")
    thread.refresh_from_db()
    chat.refresh_from_db()
    assert (thread.status, chat.status) == ("resolved", "active")
    event = Event.objects.get()
    staff_id = str(User.objects.get(role="admin").pk)
    assert (event.type, event.actor["id"]) == ("conversation.status_changed", staff_id)
    act(staff, "resolve", [thread], confirmed="yes")
    assert Event.objects.count() == 1


def test_an_exported_thread_runs_nothing(staff, thread):
    Conversation.objects.update(contact_name="=HYPERLINK(1)", tags=["vip"])
    text = act(staff, "export_csv", [thread], confirmed="yes").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["id"], row["contact_name"], row["tags"]) == (str(thread.pk), "'=HYPERLINK(1)", '["vip"]')


def test_a_thread_s_page_shows_its_newest_hundred_messages(staff, thread, django_assert_max_num_queries):
    Message.objects.bulk_create(
        Message(conversation=thread, sequence=number, sender="user", content=f"text-{number}.")
        for number in range(1, 151)
    )
    with django_assert_max_num_queries(12):
        page = staff.get(f"{THREADS}{thread.pk}/change/").content.decode()
    assert "text-150." in page
    assert "text-51." in page
    assert "text-50." not in page


@pytest.mark.parametrize("url", [THREADS, "/admin/conversations/message/"])
def test_nothing_is_written_past_the_outbox(staff, thread, url):
    row = thread
    if url != THREADS:
        row = Message.objects.create(conversation=thread, sequence=1, sender="user", content="Hola")
    assert staff.get(f"{url}add/").status_code == 403
    assert staff.post(f"{url}{row.pk}/change/", {"content": "x"}).status_code == 403
    assert staff.post(f"{url}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()
