import pytest

from integrations.sandbox.chaos import Chaos, Rule, under
from integrations.sandbox.exchange import Answer
from integrations.sandbox.state import ChatKey

ANA = ChatKey("whatsapp", "2007", "5215550142")
LUIS = ChatKey("telegram", "7001", "70001")
TAKEN, REFUSED = Answer({"taken": True}), Answer({"refused": True}, 429)


def refuse(rule):
    return REFUSED


async def outcome(**rule):
    taken = []
    answer = await under(Rule(**rule), lambda: taken.append(1) or TAKEN, refuse)
    return answer, len(taken)


def test_a_rule_counts_down_and_then_is_gone():
    chaos = Chaos()
    chaos.rules = [Rule(times=2, status=500)]
    assert [bool(chaos.use(ANA)) for _ in range(3)] == [True, True, False]
    assert chaos.rules == []


def test_a_rule_without_times_stays():
    chaos = Chaos()
    chaos.rules = [Rule(times=None, statuses="none")]
    assert all(chaos.use(ANA) for _ in range(100))


def test_the_first_rule_that_matches_is_used():
    chaos = Chaos()
    chaos.rules = [Rule(platform="telegram", code=1), Rule(contact="5215550142", code=2), Rule(code=3)]
    assert [chaos.use(key).code for key in (ANA, ANA, LUIS)] == [2, 3, 1]
    assert chaos.use(ANA) is None


@pytest.mark.parametrize(
    ("rule", "answer", "taken"),
    [
        ({}, TAKEN, 1),
        ({"delay_ms": 1, "hang": 0.001}, TAKEN, 1),
        ({"status": 429}, REFUSED, 0),
        ({"status": 429, "accept": True}, REFUSED, 1),
        ({"drop": True}, Answer({"dropped": True}, cut=True), 0),
        ({"accept_then_drop": True}, Answer({"taken": True}, cut=True), 1),
        ({"statuses": "none"}, TAKEN, 1),
    ],
)
async def test_what_a_rule_does(rule, answer, taken):
    assert await outcome(**rule) == (answer, taken)


async def test_without_a_rule_the_message_is_taken():
    assert await under(None, lambda: TAKEN, refuse) == TAKEN
