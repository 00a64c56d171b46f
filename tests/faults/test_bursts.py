"""Five messages in two seconds, and a person who steps in."""

import time

import pytest

from tests.faults import truths
from tests.faults.waiting import wait_until

pytestmark = pytest.mark.faults

EVA = "5215550000001"


def test_a_burst_gets_one_reply_and_a_person_silences_the_assistant(build):
    with build(DEBOUNCE_SECONDS="2.5") as house:
        for number in range(5):
            house.meta.says(EVA, "¿A qué hora abren?", f"wamid.{number}")
            time.sleep(0.4)
        house.settle()
        reply = house.messages.get(sender="assistant")
        assert reply.in_reply_to.external_id == "wamid.4"
        assert [sent["client_ref"] for sent in house.sandbox.sent()] == [str(reply.id)]

        agent = house.agent()  # before the question: a password takes time, and the pause is short
        house.meta.says(EVA, "¿Y los domingos?", "wamid.5")
        question = wait_until(house.messages.filter(external_id="wamid.5").first, 5)
        answer = house.reply(agent, question.conversation, "De 11 a 17, Eva.")
        assert answer.status_code == 201
        house.meta.says(EVA, "¿A qué hora abren?", "wamid.6")
        house.settle()
        time.sleep(3)  # longer than the assistant waits
        assert [sent["text"] for sent in house.sandbox.sent()] == [reply.content, "De 11 a 17, Eva."]
        conversation = house.conversations.get()
        assert (conversation.ai_state, conversation.answer_due_at) == ("human", None)
        truths.the_wire_saw_each_message_once(house)
