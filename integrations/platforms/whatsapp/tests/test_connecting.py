import pytest

from integrations.platforms.base import Account, PlatformError, Response
from integrations.platforms.whatsapp import connecting

CREDENTIALS = {
    "phone_number_id": "3300001",
    "business_account_id": "4400001",
    "access_token": "EAAinvented",
    "app_id": "5500001",
    "app_secret": "s",
}
NUMBER = {"verified_name": "Flores Ana", "display_phone_number": "+1 555-0100", "status": "CONNECTED"}
OURS = {"data": [{"whatsapp_business_api_data": {"id": "5500001", "name": "FLAME"}}]}
VALID = {"data": {"app_id": "5500001", "is_valid": True, "expires_at": 0}}


def run(exchange, answers):
    """Feed the answers; gives the calls that were made and what came out."""
    calls = [next(exchange)]
    for body in answers:
        try:
            calls.append(exchange.send(Response(200, {}, body)))
        except StopIteration as end:
            return calls, end.value
    raise AssertionError("it wants more answers")


def account(**changes):
    return Account("whatsapp", {**CREDENTIALS, **changes}, graph_url="https://g/v26.0")


def test_connecting_asks_for_the_number_the_token_and_the_subscription():
    calls, standing = run(connecting.connect(account()), [NUMBER, VALID, {"success": True}, OURS])
    assert [(call.method, call.url) for call in calls] == [
        ("GET", "https://g/v26.0/3300001"),
        ("GET", "https://g/v26.0/debug_token"),
        ("POST", "https://g/v26.0/4400001/subscribed_apps"),
        ("GET", "https://g/v26.0/4400001/subscribed_apps"),
    ]
    assert calls[1].headers == {"Authorization": "Bearer 5500001|s"}
    assert (standing.name, standing.obstacles) == ("Flores Ana", ())


@pytest.mark.parametrize(
    ("number", "token", "apps", "obstacles"),
    [
        ({"status": "DISCONNECTED"}, VALID, OURS, ("not_connected",)),
        ({"health_status": {"can_send_message": "BLOCKED"}}, VALID, OURS, ("blocked",)),
        ({}, {"data": {"app_id": "6600001", "is_valid": True}}, OURS, ("wrong_app",)),
        ({}, VALID, {"data": []}, ("not_subscribed",)),
    ],
)
def test_each_obstacle_is_named(number, token, apps, obstacles):
    _, standing = run(connecting.connect(account()), [{**NUMBER, **number}, token, {"success": True}, apps])
    assert standing.obstacles == obstacles


def test_a_token_that_is_not_valid_asks_for_a_new_one():
    expired = {"data": {"is_valid": False, "error": {"code": 190, "message": "Session has expired"}}}
    with pytest.raises(PlatformError, match="Session has expired") as refusal:
        run(connecting.connect(account()), [NUMBER, expired])
    assert refusal.value.error_class == "reauth"


def test_without_app_and_business_account_only_the_number_is_asked():
    bare = account(app_id="", business_account_id="")
    calls, standing = run(connecting.connect(bare), [NUMBER])
    assert len(calls) == 1
    assert standing.obstacles == ()
