import pytest

from integrations.platforms.base import Account, OutboundMessage
from integrations.platforms.whatsapp import sending

ACCOUNT = Account(
    "whatsapp",
    {"phone_number_id": "3300001", "access_token": "EAAinvented"},
    graph_url="https://graph.example/v26.0",
)


def request(**fields):
    return sending.request(ACCOUNT, OutboundMessage(**{"to": "5215550142", "text": "Sí", "client_ref": "", **fields}))


def test_a_text_goes_to_a_phone_with_plus():
    sent = request(client_ref="0f6b1c52")
    assert (sent.method, sent.url) == ("POST", "https://graph.example/v26.0/3300001/messages")
    assert sent.headers == {"Authorization": "Bearer EAAinvented"}
    assert sent.json == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+5215550142",
        "type": "text",
        "text": {"body": "Sí", "preview_url": False},
        "biz_opaque_callback_data": "0f6b1c52",
    }


@pytest.mark.parametrize("user_id", ["MX.88120", "US.13491208655302741918"])
def test_who_has_no_phone_is_the_recipient(user_id):
    sent = request(to=user_id)
    assert sent.json["recipient"] == user_id
    assert "to" not in sent.json


def test_a_quote_is_the_context():
    assert request(reply_to="wamid.IN1").json["context"] == {"message_id": "wamid.IN1"}


def test_an_account_id_cannot_leave_its_place_in_the_path():
    account = Account("whatsapp", {"phone_number_id": "../me", "access_token": "t"}, graph_url="https://g")
    assert sending.call(account, "GET", "phone_number_id").url == "https://g/..%2Fme"
