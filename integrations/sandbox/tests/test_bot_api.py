import pytest
import requests


@pytest.fixture
def bot(sandbox):
    def call(method, token="7001:AAinvented", **body):
        answer = requests.post(f"{sandbox.url}/telegram/bot{token}/{method}", json=body, timeout=5)
        return answer.status_code, answer.json()

    return call


@pytest.mark.parametrize(
    ("token", "status"), [("nonsense", 404), ("7001:", 404), ("bad:AA", 401), ("7001:badAA", 401), ("expired", 401)]
)
def test_a_token_may_be_malformed_or_revoked(sandbox, bot, token, status):
    assert bot("getMe", token)[0] == status
    assert bot("sendMessage", token, chat_id=1, text="x")[1]["error_code"] == status
    assert sandbox.sent() == []


@pytest.mark.parametrize(
    ("body", "description"),
    [
        ({"text": "x"}, "Bad Request: chat_id is empty"),
        ({"chat_id": 70001}, "Bad Request: message text is empty"),
        ({"chat_id": 70001, "text": " "}, "Bad Request: message text is empty"),
        ({"chat_id": 70001, "text": "x" * 4097}, "Bad Request: message is too long"),
    ],
)
def test_a_message_that_telegram_would_not_take_is_refused(sandbox, bot, body, description):
    assert bot("sendMessage", **body) == (400, {"ok": False, "error_code": 400, "description": description})
    assert sandbox.sent() == []


def test_an_accepted_message_is_answered_with_itself(sandbox, bot):
    status, answer = bot("sendMessage", chat_id=70001, text="Sí")
    assert (status, answer["ok"], answer["result"]["text"]) == (200, True, "Sí")
    assert answer["result"]["chat"] == {"id": 70001, "type": "private"}
    [sent] = sandbox.sent("telegram", "7001")
    assert sent["id"] == f"70001:{answer['result']['message_id']}"


def test_a_fault_names_its_wait(sandbox, bot):
    sandbox.add_fault(platform="telegram", status=429, retry_after=35)
    assert bot("sendMessage", chat_id=70001, text="x") == (
        429,
        {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 35",
            "parameters": {"retry_after": 35},
        },
    )


def test_updates_go_where_the_bot_asked_for_them(sandbox, bot, receiver):
    assert bot("setWebhook", url=receiver.url, secret_token="s-1")[1]["result"] is True
    assert bot("getWebhookInfo")[1]["result"]["url"] == receiver.url
    [message] = sandbox.write("telegram", "70001", "Hola", account_key="7001")
    [(headers, _)] = receiver.got
    assert headers["x-telegram-bot-api-secret-token"] == "s-1"
    [update] = receiver.bodies()
    assert (update["message"]["text"], update["message"]["chat"]["id"]) == ("Hola", 70001)
    assert message["id"] == f"70001:{update['message']['message_id']}"
    assert bot("deleteWebhook")[1]["ok"] is True
    assert bot("getWebhookInfo")[1]["result"]["url"] == ""


@pytest.mark.parametrize("url", ["http://example.com/hook", "ftp://127.0.0.1/", ""])
def test_a_webhook_needs_https_unless_it_is_on_this_machine(bot, url):
    assert bot("setWebhook", url=url)[0] == 400


def test_a_secret_of_other_characters_is_refused(bot):
    assert bot("setWebhook", url="https://example.com/", secret_token="ñ")[0] == 400


def test_an_unknown_method_is_not_found(bot):
    assert bot("sendPigeon")[0] == 404
