"""What the worker does with each class of refusal: the second table of docs/platform-errors.md, over the wire."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Event, Notice
from conversations.delivery import deliver_thread
from conversations.tests.sending import fresh, let_the_pauses_pass, make_due, queue
from integrations.tests.test_platform_errors import ROWS

pytestmark = pytest.mark.django_db(transaction=True)

# The fault, and what is then true: the row's state, the least and the most seconds to its next try (None: none).
CASES = {
    "`retry`": ({"code": 131016}, "queued", (3, 6)),
    "`rate_limited` of the account": ({"code": 130429, "retry_after": 45}, "queued", (44, 45)),
    "`rate_limited` of the customer (131056)": ({"code": 131056}, "queued", (0, 1)),
    "`rate_limited` for spam (131048, 131064)": ({"code": 131048}, "queued", (3590, 3600)),
    "`reauth`": ({"code": 190}, "failed", None),
    "`needs_template`": ({"code": 131047}, "failed", None),
    "`recipient`": ({"code": 131026}, "failed", None),
    "`account`": ({"code": 131042}, "failed", None),
    "`permanent`": ({"code": 131009}, "failed", None),
    "`unknown`": ({"status": 502}, "sending", (55, 60)),
}
BEHAVIOUR = {row[0]: row for row in ROWS if len(row) == 5}


def test_every_row_of_the_page_is_tried():
    assert CASES.keys() == BEHAVIOUR.keys()


@pytest.mark.parametrize("name", CASES)
def test_a_refusal_is_dealt_with_as_the_page_says(name, sandbox, shop, thread):
    fault, status, wait = CASES[name]
    _, says_message, _, says_integration, says_conversation = BEHAVIOUR[name]
    sandbox.add_fault(platform="whatsapp", **{"status": 400, **fault})
    (message,) = queue(thread, "Hola")
    deliver_thread(thread.id)
    message, now = fresh(message), timezone.now()
    shop.refresh_from_db()
    thread.refresh_from_db()

    assert message.status == status == says_message
    assert message.metadata["error"]["class"] in name
    assert message.lease is None
    if wait is None:
        assert (message.next_attempt_at, message.failed_at is None) == (None, False)
    else:
        assert timedelta(seconds=wait[0]) <= message.next_attempt_at - now <= timedelta(seconds=wait[1])
    assert (shop.status == "error") == ("error" in says_integration)
    assert Notice.objects.filter(user=shop.user).exists() == ("mail" in says_integration)
    assert (shop.error != "") == ("mail" in says_integration)
    told = Event.objects.filter(type__startswith="integration.").exists()
    assert told == ("mail" in says_integration)
    assert (thread.window_expires_at <= now) == ("window is closed" in says_conversation)
    assert (thread.contact_unreachable_at is not None) == ("unreachable" in says_conversation)
    assert sandbox.sent() == []


def test_retries_end(sandbox, thread):
    sandbox.add_fault(platform="whatsapp", status=400, code=131016, times=None)
    (message,) = queue(thread, "Hola")
    for _ in range(8):
        make_due(message)
        deliver_thread(thread.id)
    assert (fresh(message).status, fresh(message).attempts) == ("failed", 8)
    assert fresh(message).metadata["error"] == {
        **fresh(message).metadata["error"],
        "class": "retry",
        "code": "131016",
        "retryable": True,
    }


def test_a_limit_ends_no_message_before_it_expires(sandbox, thread):
    sandbox.add_fault(platform="whatsapp", status=429, code=130429, times=None)
    (message,) = queue(thread, "Hola")
    for _ in range(10):
        make_due(message)
        let_the_pauses_pass(message)
        deliver_thread(thread.id)
    assert (fresh(message).status, fresh(message).attempts) == ("queued", 10)
    message.conversation.messages.update(expires_at=timezone.now())
    make_due(message)
    deliver_thread(thread.id)
    assert (fresh(message).status, fresh(message).metadata["error"]["code"]) == ("failed", "expired")


def test_a_file_that_could_not_be_loaded_is_tried_once_more(sandbox, thread):
    sandbox.add_fault(platform="whatsapp", status=400, code=131053)
    (message,) = queue(thread, "Hola")
    deliver_thread(thread.id)
    assert fresh(message).status == "sent"
    sandbox.add_fault(platform="whatsapp", status=400, code=131053, times=2)
    (message,) = queue(thread, "Hola")
    deliver_thread(thread.id)
    assert (fresh(message).status, len(sandbox.sent())) == ("failed", 1)
