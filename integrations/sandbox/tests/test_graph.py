import pytest
import requests

from tests.faults.waiting import wait_until

ANA = "5215550142"
TEXT = {"messaging_product": "whatsapp", "to": f"+{ANA}", "type": "text", "text": {"body": "Sí"}}


@pytest.fixture
def graph(sandbox):
    def call(method, path, token="t", **content):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = requests.request(method, f"{sandbox.url}/graph/v26.0/{path}", headers=headers, timeout=5, **content)
        return answer.status_code, answer.json()

    return call


@pytest.fixture
def number(sandbox, receiver):
    sandbox.register("whatsapp", "2007", "secret", receiver.url)
    sandbox.set_delays(sent=0, delivered=0.02, read=0.04)
    return "2007"


def receipts(receiver, count):
    values = [body["entry"][0]["changes"][0]["value"] for body in receiver.wait_for(count)]
    return [value["statuses"][0] for value in values]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"messaging_product": None}, 100),
        ({"to": None}, 100),
        ({"to": "nobody"}, 131009),
        ({"to": "12"}, 131009),
        ({"to": None, "recipient": "88120"}, 131009),
        ({"type": "hologram"}, 100),
        ({"type": "image"}, 131008),
        ({"text": None}, 131008),
        ({"text": {"body": " "}}, 131008),
        ({"text": {"body": "x" * 4097}}, 100),
        ({"biz_opaque_callback_data": "x" * 513}, 100),
        ({"context": {}}, 131009),
    ],
)
def test_a_body_that_the_cloud_api_would_not_take_is_refused(sandbox, graph, change, code):
    status, body = graph("POST", "2007/messages", json={**TEXT, **change})
    assert (status, body["error"]["code"], body["error"]["type"]) == (400, code, "OAuthException")
    assert sandbox.sent() == []


def test_a_body_that_is_no_json_is_refused(graph):
    assert graph("POST", "2007/messages", data=b"{")[1]["error"]["code"] == 100
    assert graph("POST", "2007/messages", json=[])[1]["error"]["code"] == 100


@pytest.mark.parametrize(("token", "subcode"), [("", None), ("bad-1", None), ("expired-1", 463)])
def test_a_token_may_be_missing_bad_or_expired(graph, token, subcode):
    status, body = graph("POST", "2007/messages", token, json=TEXT)
    assert (status, body["error"]["code"], body["error"].get("error_subcode")) == (401, 190, subcode)


@pytest.mark.parametrize("path", ["2007/nothing", "2007/messages/more", "2007"])
def test_an_unknown_path_is_refused(graph, path):
    assert graph("POST", path, json={})[1]["error"]["code"] == 2500


def test_receipts_come_in_order_with_our_reference(sandbox, receiver, graph, number):
    _, body = graph("POST", "2007/messages", json={**TEXT, "biz_opaque_callback_data": "ref-1"})
    steps = receipts(receiver, 3)
    assert [step["status"] for step in steps] == ["sent", "delivered", "read"]
    assert {step["id"] for step in steps} == {body["messages"][0]["id"]}
    assert {(step["recipient_id"], step["biz_opaque_callback_data"]) for step in steps} == {(ANA, "ref-1")}
    assert [line["status"] for line in sandbox.chat("whatsapp", "2007", ANA)["lines"]] == ["read"]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ("duplicate", ["sent", "sent", "delivered", "delivered", "read", "read"]),
        ("reverse", ["read", "delivered", "sent"]),
        ("failed", ["failed"]),
    ],
)
def test_receipts_may_misbehave(sandbox, receiver, graph, number, statuses, expected):
    sandbox.add_fault(statuses=statuses, code=131026)
    graph("POST", "2007/messages", json=TEXT)
    steps = receipts(receiver, len(expected))
    assert [step["status"] for step in steps] == expected
    assert [error["code"] for step in steps for error in step.get("errors", [])] == [131026] * expected.count("failed")


def test_receipts_may_stay_away(sandbox, receiver, graph, number):
    sandbox.add_fault(statuses="none")
    graph("POST", "2007/messages", json={**TEXT, "text": {"body": "uno"}})
    graph("POST", "2007/messages", json={**TEXT, "text": {"body": "dos"}, "biz_opaque_callback_data": "dos"})
    assert {step["biz_opaque_callback_data"] for step in receipts(receiver, 3)} == {"dos"}

    def ticks():
        return [line["status"] for line in sandbox.chat("whatsapp", "2007", ANA)["lines"]]

    wait_until(lambda: ticks() == ["", "read"], 5, ticks)  # the phone shows it once our answer to the receipt is there


def test_reading_a_message_ticks_it_and_those_before(sandbox, receiver, graph, number):
    messages = sandbox.write("whatsapp", ANA, "{n}", count=3)
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": messages[1]["id"]}
    assert graph("POST", "2007/messages", json=read) == (200, {"success": True})
    assert graph("POST", "2007/messages", json={**read, "message_id": "wamid.none"})[0] == 400
    assert [line["status"] for line in sandbox.chat("whatsapp", "2007", ANA)["lines"]] == ["read", "read", ""]


def test_any_number_can_be_asked_for(graph):
    assert graph("GET", "2007", params={"fields": "id,status"}) == (200, {"id": "2007", "status": "CONNECTED"})
    assert graph("GET", "2007", params={"fields": "shoe_size"})[1]["error"]["code"] == 100


def test_a_subscription_belongs_to_the_token_s_app(graph):
    _, answer = graph("GET", "debug_token", "5500001|secret", params={"input_token": "t"})
    assert (answer["data"]["app_id"], answer["data"]["is_valid"]) == ("5500001", True)
    assert graph("POST", "1009/subscribed_apps") == (200, {"success": True})
    _, apps = graph("GET", "1009/subscribed_apps")
    assert [app["whatsapp_business_api_data"]["id"] for app in apps["data"]] == ["5500001"]
    assert graph("DELETE", "1009/subscribed_apps") == (200, {"success": True})
    assert graph("GET", "1009/subscribed_apps") == (200, {"data": []})


def test_a_bad_token_is_not_valid(graph):
    _, answer = graph("GET", "debug_token", "5500001|secret", params={"input_token": "expired-1"})
    assert (answer["data"]["is_valid"], answer["data"]["error"]["error_subcode"]) == (False, 463)
