"""What a platform would take in the place of what it refused."""

import pytest

from accounts import stream
from conversations.actions.messages import Outgoing, queue_reply
from conversations.actions.threads import lock_conversation
from conversations.delivery import deliver_thread
from conversations.tests.sending import fresh, queue, texts

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_answer_to_a_message_that_is_gone_leaves_without_the_quote(sandbox, chat):
    sandbox.add_fault(platform="telegram", status=400, message="Bad Request: message to be replied not found")
    with stream.gathered():
        quoting = Outgoing("Sí", agent=chat.user, metadata={"reply_to": "7777:12"})
        (message,) = queue_reply(lock_conversation(chat.id), quoting)
    deliver_thread(chat.id)
    assert fresh(message).status == "sent"
    assert ["reply_parameters" in sent["body"] for sent in sandbox.sent()] == [False]


def test_marks_that_telegram_cannot_read_leave_as_plain_text(sandbox, chat):
    sandbox.add_fault(platform="telegram", status=400, message="Bad Request: can't parse entities: unclosed tag")
    with stream.gathered():
        marked = Outgoing("<b>Sí", agent=chat.user, metadata={"format": "html"})
        (message,) = queue_reply(lock_conversation(chat.id), marked)
    deliver_thread(chat.id)
    assert (fresh(message).status, texts(sandbox)) == ("sent", ["<b>Sí"])
    assert "parse_mode" not in sandbox.sent()[0]["body"]


def test_what_is_refused_again_is_not_sent_a_third_time(sandbox, chat):
    refusal = {"platform": "telegram", "status": 400, "message": "Bad Request: message to be replied not found"}
    sandbox.add_fault(**refusal, times=2)
    with stream.gathered():
        quoting = Outgoing("Sí", agent=chat.user, metadata={"reply_to": "7777:12"})
        (message,) = queue_reply(lock_conversation(chat.id), quoting)
    deliver_thread(chat.id)
    assert (fresh(message).status, fresh(message).metadata["error"]["class"]) == ("failed", "permanent")
    assert sandbox.sent() == []


def test_a_chat_that_moved_takes_its_message_and_its_thread_along(sandbox, chat):
    sandbox.add_fault(
        platform="telegram",
        contact="7777",
        times=None,
        status=400,
        message="Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to=-100778,
    )
    first, second = queue(chat, "uno", "dos")
    deliver_thread(chat.id)
    chat.refresh_from_db()
    assert chat.contact_external_id == "-100778"
    assert [fresh(message).status for message in (first, second)] == ["sent", "sent"]
    assert [(sent["contact"], sent["text"]) for sent in sandbox.sent()] == [("-100778", "uno"), ("-100778", "dos")]
