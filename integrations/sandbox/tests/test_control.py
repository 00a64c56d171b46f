import pytest
import requests

from integrations.sandbox.client import Client, SandboxAbsent, SandboxError

ANA = "5215550142"


@pytest.fixture
def number(sandbox, receiver):
    """A registered WhatsApp number."""
    sandbox.register("whatsapp", "2007", "secret", receiver.url)
    return "2007"


def texts(receiver):
    return [body["entry"][0]["changes"][0]["value"]["messages"][0]["text"]["body"] for body in receiver.bodies()]


def test_a_burst_is_written_in_order_and_each_message_as_often_as_ordered(sandbox, receiver, number):
    messages = sandbox.write("whatsapp", ANA, "mensaje {n}", count=3, duplicates=1)
    assert [message["statuses"] for message in messages] == [[200, 200]] * 3
    assert texts(receiver) == [f"mensaje {n}" for n in (1, 1, 2, 2, 3, 3)]
    assert [line["text"] for line in sandbox.chat("whatsapp", number, ANA)["lines"]] == [
        "mensaje 1",
        "mensaje 2",
        "mensaje 3",
    ]
    assert receiver.got[0] != receiver.got[2]
    assert receiver.got[0][1] == receiver.got[1][1]


def test_a_webhook_that_was_refused_comes_again(sandbox, receiver, number):
    receiver.statuses = [500, 503]
    [message] = sandbox.write("whatsapp", ANA, "Hola")
    assert message["statuses"] == [500]
    first, *again = receiver.wait_for(3)
    assert again == [first, first]


def test_a_customer_may_write_what_is_no_text(sandbox, receiver, number):
    sandbox.write("whatsapp", ANA, content={"type": "location", "location": {"latitude": 19.4, "longitude": -99.1}})
    [body] = receiver.bodies()
    assert body["entry"][0]["changes"][0]["value"]["messages"][0]["type"] == "location"
    assert [line["text"] for line in sandbox.chat("whatsapp", number, ANA)["lines"]] == ["[location]"]


def test_a_customer_with_both_ids_is_answered_by_either(sandbox, receiver, number):
    sandbox.write("whatsapp", ANA, "Hola", user_id="MX.88120")
    [body] = receiver.bodies()
    [message] = body["entry"][0]["changes"][0]["value"]["messages"]
    assert (message["from"], message["from_user_id"]) == (ANA, "MX.88120")
    for whom in ({"to": f"+{ANA}"}, {"recipient": "MX.88120"}):
        answer = requests.post(
            f"{sandbox.url}/graph/v26.0/{number}/messages",
            headers={"Authorization": "Bearer t"},
            json={"messaging_product": "whatsapp", **whom, "type": "text", "text": {"body": "Sí"}},
            timeout=5,
        )
        assert answer.status_code == 200
    assert [line["direction"] for line in sandbox.chat("whatsapp", number, ANA)["lines"]] == ["in", "out", "out"]


def test_accounts_are_listed_without_their_secrets(sandbox, receiver, number):
    assert sandbox.accounts() == [{"platform": "whatsapp", "account_key": "2007", "name": ""}]


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (
            {"platform": "myspace", "contact": "1"},
            "'myspace' is no platform here; there are whatsapp, facebook, instagram, telegram.",
        ),
        ({"platform": "telegram", "contact": "1"}, "No telegram account is registered."),
        ({"platform": "whatsapp", "contact": "1", "account_key": "9"}, "No whatsapp account 9 is registered."),
        ({"platform": "whatsapp", "contact": "no/one"}, "contact: String should match pattern"),
        ({"platform": "whatsapp", "contact": "1", "count": 1001}, "count: Input should be less than or equal to 1000"),
        ({"platform": "whatsapp", "contact": "1", "colour": "red"}, "colour: Extra inputs are not permitted"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_and_nothing_is_sent(sandbox, receiver, number, order, reason):
    with pytest.raises(SandboxError) as refusal:
        sandbox.write(**order)
    assert str(refusal.value).startswith(reason)
    assert receiver.got == []


def test_a_fault_that_is_not_known_is_refused(sandbox):
    with pytest.raises(SandboxError, match="explode: Extra inputs are not permitted"):
        sandbox.add_fault(explode=True)
    with pytest.raises(SandboxError, match=r"statuses: Input should be 'none', 'duplicate', 'reverse' or 'failed'"):
        sandbox.add_fault(statuses="sideways")


def test_a_form_of_a_browser_is_refused(sandbox, receiver, number):
    order = '{"platform": "whatsapp", "contact": "1", "text": "x"}'
    url = f"{sandbox.url}/control/inbound"
    answer = requests.post(url, data=order, headers={"Content-Type": "text/plain"}, timeout=5)
    assert (answer.status_code, receiver.got) == (415, [])


@pytest.mark.parametrize("path", ["", "/nowhere", "/control", "/control/inbound/x", "/control/nothing"])
def test_an_unknown_path_is_404(sandbox, path):
    assert requests.get(sandbox.url + path, timeout=5).status_code == 404


def test_clearing_forgets_everything(sandbox, receiver, number):
    sandbox.write("whatsapp", ANA, "Hola")
    sandbox.add_fault(status=500)
    sandbox.clear()
    assert (sandbox.accounts(), sandbox.chat("whatsapp", number, ANA)["lines"]) == ([], [])


def test_what_is_no_sandbox_is_not_taken_for_one(receiver):
    client = Client(receiver.url)
    with pytest.raises(SandboxAbsent):
        client.accounts()
    client.close()
