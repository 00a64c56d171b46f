"""The whole way of a message, through the project's own processes, with the platforms at the other end."""

from itertools import groupby

from tests.faults.house import BOT, NUMBER
from tests.faults.reader import Reader
from tests.faults.waiting import wait_until

EVA = "5215550000001"
PABLO = "7777"
HOURS = "Abrimos de lunes a sábado de 10:00 a 20:00 y los domingos de 11:00 a 17:00."


def on_phone(house, platform, account_key, contact):
    lines = house.sandbox.chat(platform, account_key, contact)["lines"]
    return [(line["direction"], line["text"], line["status"]) for line in lines if line["direction"] == "out"]


def told(reader):
    """Each message's statuses as the socket told them; what else changed, such as a price, makes no further step."""
    frames = reader.of_type("message.created", "message.updated")
    steps = [(frame["data"]["message"]["id"], frame["data"]["message"]["status"]) for frame in frames]
    return [step for step, _ in groupby(steps)]


def latest(reader):
    """Each message that changed, as it was told last."""
    frames = [frame["data"]["message"] for frame in reader.of_type("message.updated")]
    return list({message["id"]: message for message in frames}.values())


def test_a_question_on_whatsapp_is_answered_on_the_phone_with_its_ticks(build):
    with build() as house, Reader(house.server, house.token()) as reader:
        [question] = house.sandbox.write("whatsapp", EVA, "¿A qué hora abren?", account_key=NUMBER)
        assert question["statuses"] == [200]
        house.settle()
        assert on_phone(house, "whatsapp", NUMBER, EVA) == [("out", HOURS, "read")]

        asked, answered = house.messages
        assert (asked.external_id, answered.in_reply_to) == (question["id"], asked)
        expected = [(asked, "delivered"), *((answered, status) for status in ("queued", "sent", "delivered", "read"))]
        expected = [(str(message.id), status) for message, status in expected]
        wait_until(lambda: told(reader)[-1:] == expected[-1:], 5, lambda: f"{reader.events}")
        assert told(reader) == expected

        agent = house.agent()
        assert house.reply(agent, asked.conversation, "¿Algo más, Eva?").json()["status"] == "queued"
        house.settle()
        assert on_phone(house, "whatsapp", NUMBER, EVA)[1:] == [("out", "¿Algo más, Eva?", "read")]
        wait_until(lambda: told(reader)[-1][1] == "read" and len(told(reader)) == 9, 5, lambda: f"{reader.events}")
        url = f"http://{house.server.address}/api/conversations/{asked.conversation_id}/messages"
        shown = agent.get(url, timeout=5).json()["results"][1:]
        wait_until(lambda: latest(reader) == shown, 5, lambda: f"{reader.events}")


def test_a_question_on_telegram_is_answered_in_the_chat(build):
    with build() as house:
        [question] = house.sandbox.write("telegram", PABLO, "¿A qué hora abren?", account_key=BOT)
        assert question["statuses"] == [200]
        house.settle()
        assert on_phone(house, "telegram", BOT, PABLO) == [("out", HOURS, "sent")]
        asked, answered = house.messages
        assert (answered.in_reply_to, answered.status) == (asked, "sent")
