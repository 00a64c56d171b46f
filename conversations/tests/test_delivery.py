import threading
import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, connections
from django.utils import timezone

from accounts import stream
from accounts.models import Event
from conversations.actions import outbox, outcomes
from conversations.actions.messages import Outgoing, queue_reply
from conversations.actions.threads import lock_conversation
from conversations.delivery import carry, deliver_thread, recover_lost
from conversations.models import Conversation, Message
from conversations.tests.sending import fresh, let_another_arrive, let_the_pauses_pass, make_due, queue, texts
from integrations.platforms.base import PlatformError
from integrations.tasks import receive
from integrations.tests.wire import whatsapp_body, whatsapp_status, whatsapp_text

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_message_is_queued_then_sent_with_the_platforms_id(sandbox, thread):
    (message,) = queue(thread, "Abrimos a las 9")
    assert (message.status, message.external_id) == ("queued", None)
    assert deliver_thread(thread.id) == 1
    message = fresh(message)
    (sent,) = sandbox.sent()
    assert (message.status, message.external_id) == ("sent", sent["id"])
    assert (sent["contact"], sent["text"], sent["client_ref"]) == ("5215559999", "Abrimos a las 9", str(message.id))
    assert (message.lease, message.next_attempt_at, message.attempts) == (None, None, 1)
    assert [event.type for event in Event.objects.order_by("seq")][-1] == "message.updated"


def test_a_private_note_reaches_nobody(sandbox, thread):
    with stream.gathered():
        (note,) = queue_reply(lock_conversation(thread.id), Outgoing("ojo", agent=thread.user, internal=True))
    assert deliver_thread(thread.id) == 0
    assert sandbox.sent() == []
    assert note.internal
    assert Conversation.objects.get().ai_state == "ai"


def test_a_threads_messages_leave_in_order_whoever_carries_them(sandbox, thread):
    queue(thread, *(f"m{n}" for n in range(6)))

    def work():
        try:
            for _ in range(20):
                deliver_thread(thread.id)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert texts(sandbox) == [f"m{n}" for n in range(6)]


def test_a_rate_limit_waits_as_long_as_the_platform_says(sandbox, thread):
    sandbox.add_fault(platform="whatsapp", status=429, code=130429, retry_after=90)
    (message,) = queue(thread, "Hola")
    before = timezone.now()
    deliver_thread(thread.id)
    message = fresh(message)
    assert (message.status, message.metadata["error"]["class"]) == ("queued", "rate_limited")
    assert message.next_attempt_at >= before + timedelta(seconds=90)
    make_due(message)
    let_the_pauses_pass(message)
    deliver_thread(thread.id)
    assert (fresh(message).status, texts(sandbox)) == ("sent", ["Hola"])
    assert "error" not in fresh(message).metadata


def test_a_retry_holds_up_the_next_message_for_ten_seconds_only(sandbox, thread):
    sandbox.add_fault(platform="whatsapp", status=400, code=131016)
    first, second = queue(thread, "uno", "dos")
    deliver_thread(thread.id)
    assert (fresh(first).status, fresh(second).status) == ("queued", "queued")
    Message.objects.filter(pk=first.pk).update(first_attempt_at=timezone.now() - timedelta(seconds=11))
    deliver_thread(thread.id)
    assert (fresh(first).status, fresh(second).status) == ("queued", "sent")


def test_a_platform_that_cannot_be_reached_is_tried_again(thread, settings):
    settings.META_GRAPH_BASE_URL = "http://127.0.0.1:9/graph"
    (message,) = queue(thread, "Hola")
    deliver_thread(thread.id)
    message = fresh(message)
    assert (message.status, message.metadata["error"]["code"]) == ("queued", "unreachable")
    assert timedelta(seconds=3) < message.next_attempt_at - timezone.now() < timedelta(seconds=7)


def test_an_ended_token_fails_the_message_and_stops_the_account(sandbox, shop, thread):
    shop.credentials = {**shop.credentials, "access_token": "expired-token"}
    shop.save()
    first, second = queue(thread, "uno", "dos")
    deliver_thread(thread.id)
    shop.refresh_from_db()
    assert shop.status == "error"
    assert (fresh(first).status, fresh(first).metadata["error"]["class"]) == ("failed", "reauth")
    assert fresh(second).status == "queued"
    assert Event.objects.filter(type="integration.status_changed").count() == 1
    assert sandbox.sent() == []


def test_outside_the_window_nothing_is_sent_and_it_says_so(sandbox, thread):
    Conversation.objects.update(window_expires_at=timezone.now() - timedelta(seconds=1))
    (message,) = queue(thread, "Hola")
    deliver_thread(thread.id)
    message = fresh(message)
    assert (message.status, message.metadata["error"]["code"]) == ("failed", "window_closed")
    assert sandbox.sent() == []


def test_a_message_that_reached_us_late_leaves_the_window_to_the_platform(sandbox, wire, shop):
    wire.says("Hola", at=1653253313)
    thread = Conversation.objects.get()
    assert thread.last_inbound_at.year == 2022
    (message,) = queue(thread, "Hola")
    deliver_thread(thread.id)
    assert fresh(message).status == "sent"


def test_an_id_that_the_platform_gives_twice_sends_nothing_twice(sandbox, thread):
    first, second = queue(thread, "uno", "dos")
    Message.objects.filter(pk=first.pk).update(status="sent", external_id="wamid.SAME", next_attempt_at=None)
    claimed = outbox.claim_next(thread.id)
    outcomes.settle_sent(claimed, "wamid.SAME")
    assert (fresh(second).status, fresh(second).external_id, fresh(second).next_attempt_at) == ("sent", None, None)


def test_what_the_platform_said_outlives_a_cut_connection(sandbox, chat):
    """Telegram tells it once: lost here, a person would have to look whether it was sent."""
    (message,) = queue(chat, "Hola")
    cuts = [OperationalError("the connection is closed"), OperationalError("the connection is closed")]

    def cut(execute, sql, params, many, context):
        if cuts and sql.startswith("UPDATE") and "sent" in params:
            raise cuts.pop()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(cut):
        deliver_thread(chat.id)
    assert (fresh(message).status, cuts, texts(sandbox)) == ("sent", [], ["Hola"])


def test_telegram_has_no_window(sandbox, chat):
    Conversation.objects.update(last_inbound_at=timezone.now() - timedelta(days=30))
    (message,) = queue(chat, "Hola")
    deliver_thread(chat.id)
    assert fresh(message).status == "sent"


def test_what_waited_too_long_is_not_sent(sandbox, thread):
    (message,) = queue(thread, "Hola")
    Message.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    deliver_thread(thread.id)
    assert (fresh(message).status, fresh(message).metadata["error"]["code"]) == ("failed", "expired")
    assert sandbox.sent() == []


def test_an_accepted_message_whose_answer_was_cut_is_not_sent_again(sandbox, wire, thread):
    sandbox.add_fault(platform="whatsapp", accept_then_drop=True)
    (message,) = queue(thread, "Hola")
    deliver_thread(thread.id)
    message = fresh(message)
    assert (message.status, message.metadata["error"]["class"]) == ("sending", "unknown")
    deliver_thread(thread.id)
    recover_lost()
    deliver_thread(thread.id)
    (sent,) = sandbox.sent()
    wire.whatsapp(whatsapp_status(sent["id"], "delivered", ref=sent["client_ref"]))
    message = fresh(message)
    assert (message.status, message.external_id, message.metadata) == ("delivered", sent["id"], {})
    make_due(message)
    recover_lost()
    deliver_thread(thread.id)
    assert texts(sandbox) == ["Hola"]


def test_a_receipt_that_waits_in_the_inbox_is_read_before_anything_is_sent_again(sandbox, wire, thread):
    sandbox.add_fault(platform="whatsapp", accept_then_drop=True)
    (message,) = queue(thread, "Hola")
    deliver_thread(thread.id)
    (sent,) = sandbox.sent()
    wire.post("whatsapp", whatsapp_body(whatsapp_status(sent["id"], "delivered", ref=sent["client_ref"])))
    make_due(message)
    assert recover_lost() == set()
    assert fresh(message).status == "sending"

    receive()
    assert recover_lost() == set()
    assert (fresh(message).status, texts(sandbox)) == ("delivered", ["Hola"])


def test_what_the_platform_tells_after_the_wait_keeps_no_message_from_its_second_try(sandbox, wire, thread):
    sandbox.add_fault(platform="whatsapp", drop=True)
    (message,) = queue(thread, "Hola")
    deliver_thread(thread.id)
    make_due(message)
    let_another_arrive(after=message)
    wire.post("whatsapp", whatsapp_body(whatsapp_text("¿Hola?")))
    assert recover_lost() == {thread.id}


def test_a_lost_message_that_no_receipt_speaks_of_is_sent_after_the_wait(sandbox, thread):
    sandbox.add_fault(platform="whatsapp", drop=True)
    (message,) = queue(thread, "Hola")
    deliver_thread(thread.id)
    assert recover_lost() == set()
    make_due(message)
    let_another_arrive(after=message)
    assert recover_lost() == {thread.id}
    deliver_thread(thread.id)
    assert (fresh(message).status, texts(sandbox)) == ("sent", ["Hola"])


@pytest.mark.parametrize("fault", [{"accept_then_drop": True}, {"status": 502}])
def test_telegram_repeats_nothing_blindly(sandbox, chat, fault):
    sandbox.add_fault(platform="telegram", **fault)
    first, second = queue(chat, "uno", "dos")
    deliver_thread(chat.id)
    message = fresh(first)
    assert (message.status, message.next_attempt_at) == ("sending", None)
    assert message.metadata["error"]["class"] == "unknown"
    make_due()
    recover_lost()
    deliver_thread(chat.id)
    assert fresh(second).status == "sent"
    assert texts(sandbox).count("uno") <= 1
    assert outbox.retry_by_hand(message)
    deliver_thread(chat.id)
    assert fresh(first).status == "sent"


def test_a_claim_that_never_reached_the_wire_goes_back_to_the_queue(sandbox, thread):
    (message,) = queue(thread, "Hola")
    claimed = outbox.claim_next(thread.id)
    assert outbox.claim_next(thread.id) is None
    make_due(message)
    assert recover_lost() == {thread.id}
    assert carry(claimed) is False
    assert sandbox.sent() == []
    deliver_thread(thread.id)
    assert texts(sandbox) == ["Hola"]


def test_a_worker_lost_on_the_wire_leaves_the_message_unknown(sandbox, thread):
    (message,) = queue(thread, "Hola")
    claimed = outbox.claim_next(thread.id)
    assert outbox.mark_on_wire(claimed)
    make_due(message)
    assert recover_lost() == set()
    message = fresh(message)
    assert (message.status, message.metadata["error"]["code"]) == ("sending", "worker_lost")
    assert message.next_attempt_at > timezone.now()


def test_who_lost_the_lease_writes_nothing(thread):
    (message,) = queue(thread, "Hola")
    claimed = outbox.claim_next(thread.id)
    Message.objects.filter(pk=message.pk).update(lease=uuid.uuid4())
    outcomes.settle_sent(claimed, "wamid.LATE")
    outcomes.fail(claimed, PlatformError("permanent", "x", "x"))
    assert (fresh(message).status, fresh(message).external_id) == ("sending", None)


def test_an_account_that_is_not_connected_keeps_its_messages(sandbox, shop, thread):
    shop.status = "inactive"
    shop.save()
    (message,) = queue(thread, "Hola")
    assert deliver_thread(thread.id) == 0
    assert (fresh(message).status, sandbox.sent()) == ("queued", [])


def test_only_a_failed_or_unconfirmed_message_can_be_sent_again(sandbox, thread):
    (message,) = queue(thread, "Hola")
    assert not outbox.retry_by_hand(message)
    deliver_thread(thread.id)
    assert not outbox.retry_by_hand(fresh(message))
    assert texts(sandbox) == ["Hola"]


def test_a_refusal_for_good_is_not_retried(sandbox, thread):
    sandbox.add_fault(platform="whatsapp", status=400, code=131026)
    (message,) = queue(thread, "Hola")
    deliver_thread(thread.id)
    message = fresh(message)
    assert (message.status, message.metadata["error"]) == (
        "failed",
        {**message.metadata["error"], "code": "131026", "class": "recipient", "retryable": False},
    )


def test_a_long_text_leaves_in_pieces_and_in_order(sandbox, thread):
    pieces = queue(thread, "palabra " * 1200)
    assert len(pieces) == 3
    deliver_thread(thread.id)
    assert " ".join(texts(sandbox)).split() == ["palabra"] * 1200
    assert [fresh(piece).status for piece in pieces] == ["sent"] * 3
