"""Until when a customer can be written to, what is done outside of it, and what the platform says of it."""

import dataclasses
import time
from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from accounts.models import Event
from conversations.delivery import deliver_thread, recover_lost
from conversations.models import Conversation, Message
from conversations.tests.sending import fresh, make_due, queue, texts
from integrations.registry import PLATFORMS
from integrations.tests.wire import whatsapp_status, whatsapp_text

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(hours=24)
NUMBERS = count(80_000)


@pytest.fixture
def api(client_of, ana):
    return client_of(ana)


@pytest.fixture
def closed(thread):
    Conversation.objects.filter(pk=thread.pk).update(
        last_inbound_at=timezone.now() - timedelta(days=2), window_expires_at=timezone.now() - DAY
    )
    thread.refresh_from_db()
    return thread


def post(api, thread, content="Hola", **metadata):
    body = {"content": content, "metadata": metadata}
    return api.post(f"/api/conversations/{thread.id}/messages", body, format="json")


def test_a_customers_message_opens_the_window_for_a_day(wire, shop, api):
    wrote_at = int(time.time()) - 3600
    wire.whatsapp(whatsapp_text("Hola", at=wrote_at))
    conversation = Conversation.objects.get()
    assert conversation.window_expires_at.timestamp() == wrote_at + 24 * 3600
    shown = api.get(f"/api/conversations/{conversation.id}").data
    assert shown["window_expires_at"] == conversation.window_expires_at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    wire.whatsapp(whatsapp_text("antes", at=wrote_at - 3600))
    assert Conversation.objects.get().window_expires_at == conversation.window_expires_at


def test_telegram_has_no_window(wire, bot, api):
    wire.telegram_says("Hola")
    conversation = Conversation.objects.get()
    assert conversation.window_expires_at is None
    assert post(api, conversation).status_code == 201


def test_outside_the_window_a_text_is_refused_with_what_would_work(api, closed):
    answer = post(api, closed)
    assert (answer.status_code, answer.data["code"]) == (400, "window_closed")
    assert [detail["code"] for detail in answer.data["details"]] == ["template", "wait_for_customer"]
    assert (Message.objects.count(), Event.objects.count()) == (0, 0)


def test_a_template_goes_outside_the_window(sandbox, api, closed):
    assert post(api, closed, "", template={"name": "cita", "language": "es"}).status_code == 201
    deliver_thread(closed.id)
    assert (Message.objects.get().status, sandbox.sent()[0]["body"]["type"]) == ("sent", "template")


def test_a_text_can_wait_for_the_customer_and_holds_nothing_up(sandbox, wire, api, closed):
    waiting = Message.objects.get(pk=post(api, closed, "Ya llegó", wait_for_customer=True).data["id"])
    deliver_thread(closed.id)
    post(api, closed, "", template={"name": "cita", "language": "es"})
    deliver_thread(closed.id)
    assert recover_lost() == set()
    assert (fresh(waiting).status, fresh(waiting).next_attempt_at) == ("queued", fresh(waiting).expires_at)
    assert [sent["body"]["type"] for sent in sandbox.sent()] == ["template"]

    wire.whatsapp(whatsapp_text("¿Llegó?", at=int(time.time())))
    assert recover_lost() == {closed.id}
    deliver_thread(closed.id)
    assert (fresh(waiting).status, sandbox.sent()[1]["text"]) == ("sent", "Ya llegó")


def test_what_waits_for_a_customer_who_never_writes_expires(sandbox, api, closed):
    waiting = Message.objects.get(pk=post(api, closed, "Ya llegó", wait_for_customer=True).data["id"])
    deliver_thread(closed.id)
    assert timedelta(days=6) < fresh(waiting).expires_at - timezone.now() <= timedelta(days=7)
    past = timezone.now() - timedelta(seconds=1)
    Message.objects.update(expires_at=past, next_attempt_at=past)
    assert recover_lost() == {closed.id}
    deliver_thread(closed.id)
    assert (fresh(waiting).status, fresh(waiting).metadata["error"]["code"]) == ("failed", "expired")
    assert sandbox.sent() == []


def test_a_platform_that_calls_the_window_closed_closes_it(sandbox, thread, api):
    sandbox.add_fault(platform="whatsapp", status=400, code=131047)
    (message,) = queue(thread, "Hola")
    deliver_thread(thread.id)
    assert (fresh(message).status, fresh(message).metadata["error"]["class"]) == ("failed", "needs_template")
    assert Conversation.objects.get().window_expires_at <= timezone.now()
    assert "conversation.updated" in Event.objects.values_list("type", flat=True)
    assert post(api, thread).data["code"] == "window_closed"
    make_due(message)
    assert api.post(f"/api/messages/{message.id}/retry").data["code"] == "window_closed"
    assert fresh(message).status == "failed"


def test_a_message_that_may_wait_does_so_when_the_platform_refuses_it(sandbox, wire, thread, api):
    sandbox.add_fault(platform="whatsapp", status=400, code=131047)
    waiting = Message.objects.get(pk=post(api, thread, "Ya llegó", wait_for_customer=True).data["id"])
    deliver_thread(thread.id)
    assert (fresh(waiting).status, fresh(waiting).attempts) == ("queued", 0)
    wire.whatsapp(whatsapp_text("¿Llegó?", at=int(time.time()) + 1))
    deliver_thread(thread.id)
    assert (fresh(waiting).status, texts(sandbox)) == ("sent", ["Ya llegó"])


def test_a_receipt_that_says_so_closes_the_window_too(sandbox, wire, thread):
    (message,) = queue(thread, "Hola")
    deliver_thread(thread.id)
    errors = [{"code": 131047, "title": "Re-engagement message"}]
    wire.whatsapp(whatsapp_status(fresh(message).external_id, "failed", errors=errors))
    assert fresh(message).status == "failed"
    assert Conversation.objects.get().window_expires_at <= timezone.now()


def test_a_late_refusal_does_not_close_the_window_that_was_opened_since(sandbox, wire, thread):
    (message,) = queue(thread, "Hola")
    deliver_thread(thread.id)
    wire.whatsapp(whatsapp_text("Hola", at=int(time.time()) + 1))
    errors = [{"code": 131047, "title": "Re-engagement message"}]
    wire.whatsapp(whatsapp_status(fresh(message).external_id, "failed", errors=errors))
    assert Conversation.objects.get().window_expires_at > timezone.now()


def test_who_cannot_be_reached_is_marked_until_they_write(sandbox, wire, thread, api):
    sandbox.add_fault(platform="whatsapp", status=400, code=131026)
    queue(thread, "Hola")
    deliver_thread(thread.id)
    assert api.get(f"/api/conversations/{thread.id}").data["contact_unreachable_at"] is not None
    wire.whatsapp(whatsapp_text("Hola", at=int(time.time())))
    assert api.get(f"/api/conversations/{thread.id}").data["contact_unreachable_at"] is None


def test_who_blocks_the_bot_is_marked_until_they_open_it_again(wire, chat, api):
    for status, reachable in (("kicked", False), ("member", True)):
        person = {"id": 7777, "is_bot": False, "first_name": "Eva"}
        change = {"chat": {"id": 7777, "type": "private"}, "from": person, "date": int(time.time())}
        wire.telegram({"update_id": next(NUMBERS), "my_chat_member": {**change, "new_chat_member": {"status": status}}})
        assert (api.get(f"/api/conversations/{chat.id}").data["contact_unreachable_at"] is None) is reachable


@pytest.fixture
def with_human_agents(monkeypatch):
    whatsapp = PLATFORMS["whatsapp"]
    able = dataclasses.replace(whatsapp.capabilities, human_agent_hours=168)
    monkeypatch.setattr(type(whatsapp), "capabilities", able)


def test_where_human_agents_are_allowed_a_person_may_write_for_a_week(with_human_agents, sandbox, shop, closed, api):
    assert [detail["code"] for detail in post(api, closed).data["details"]][-1] == "human_agent"
    answer = api.put(f"/api/integrations/{shop.id}", {"human_agent": True}, format="json")
    assert (answer.status_code, answer.data["human_agent"]) == (200, True)
    assert api.get(f"/api/integrations/{shop.id}/capabilities").data["human_agent_hours"] == 168
    assert post(api, closed).status_code == 201
    deliver_thread(closed.id)
    assert Message.objects.get().status == "sent"
    Conversation.objects.update(last_inbound_at=timezone.now() - timedelta(days=7, seconds=1))
    assert post(api, closed).data["code"] == "window_closed"


def test_an_assistant_is_no_human_agent(with_human_agents, sandbox, shop, closed, ana):
    shop.human_agent = True
    shop.save()
    assistant = ana.assistants.create(name="Ventas", type="ai")
    message = Message.objects.create(
        conversation=closed,
        integration=shop,
        sequence=1,
        content="Hola",
        sender="assistant",
        assistant=assistant,
        next_attempt_at=timezone.now(),
    )
    deliver_thread(closed.id)
    assert (fresh(message).status, fresh(message).metadata["error"]["code"]) == ("failed", "window_closed")
    assert sandbox.sent() == []


def test_a_platform_without_human_agents_refuses_the_setting(api, bot):
    answer = api.put(f"/api/integrations/{bot.id}", {"human_agent": True}, format="json")
    assert (answer.status_code, answer.data["details"][0]["field"]) == (400, "human_agent")
