"""Secrets are planted wherever one is kept, and then everything that can be looked at is looked at."""

import io
import json
import logging

import pytest

from accounts.models import Event, User
from flame.lib.log_lines import JSONLines
from integrations.models import InboundEvent, Integration
from tests.access.policies import Who
from tests.access.world import furnished
from tests.test_access_matrix import ROUTES, WRITES, ask, entry, policy_of, undone
from tests.test_admin_pages import EXPORTED, REGISTERED, url_of

PASSWORD = "planted-Password-0001"
CREDENTIALS = {
    "whatsapp": {
        "phone_number_id": "2007",
        "business_account_id": "1009",
        "access_token": "EAAplantedAccessToken0001",
        "app_secret": "plantedAppSecret000000001",
        "verify_token": "plantedVerifyToken0000001",
    },
    "telegram": {"bot_token": "7001:AAplantedBotToken000000000000001", "webhook_secret": "plantedHookSecret00000001"},
}
OPEN = {"phone_number_id", "business_account_id"}
PLANTED = [
    PASSWORD,
    *(value for fields in CREDENTIALS.values() for name, value in fields.items() if name not in OPEN),
]


@pytest.fixture
def planted(ana):
    ana.set_password(PASSWORD)
    ana.save()
    ids = furnished(ana, "71")
    for platform, credentials in CREDENTIALS.items():
        made = Integration.objects.create(user=ana, platform=platform, status="active", credentials=credentials)
        ids["integrations"] = str(made.pk)
    return ids


@pytest.fixture
def log():
    """All that is logged, as a deployment writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JSONLines())
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream.getvalue
    root.removeHandler(handler)


def found(text):
    return [secret for secret in PLANTED if secret in text]


def body_of(answer):
    return f"{dict(answer.headers)} {answer.getvalue().decode(errors='replace')}"


def test_no_route_answers_or_logs_or_tells_one(client_of, ana, planted, sandbox, log):
    api, leaks = client_of(ana), {}
    for route in ROUTES:
        policy = policy_of(route)
        body = {**policy.body(planted), "current_password": PASSWORD}
        if "integrations" in route:
            body |= {"credentials": CREDENTIALS["telegram"]}
        for given in (body, {**body, "password": "short", "email": PASSWORD}) if route in WRITES else (body,):
            with undone():
                answer = ask(api, route, planted, given if policy.who is not Who.ANYBODY else policy.body(planted))
                told = json.dumps(list(Event.objects.values_list("data", flat=True)))
            if seen := found(body_of(answer)) + found(told):
                leaks[entry(route)] = seen
    assert leaks == {}
    assert found(log()) == []


def test_no_page_of_the_admin_and_no_export_shows_one(client, planted, log):
    client.force_login(User.objects.create_superuser("staff@example.com", "staff-secret-1", name="Staff"))
    leaks = {}
    for model in REGISTERED:
        rows = list(model._default_manager.values_list("pk", flat=True))
        pages = [url_of(model, "changelist"), *(url_of(model, "change", pk) for pk in rows)]
        for page in pages:
            if seen := found(body_of(client.get(page))):
                leaks[page] = seen
        if model in EXPORTED and rows:
            form = {"action": "export_csv", "_selected_action": rows, "confirmed": "yes"}
            if seen := found(body_of(client.post(url_of(model, "changelist"), form))):
                leaks[f"{model} exported"] = seen
    assert leaks == {}
    assert found(log()) == []


def test_no_traceback_shows_one(planted, log):
    """As an adapter would fail: with the account and its token at hand, and an error that quotes the address."""
    integration = Integration.objects.filter(platform="telegram").latest("created_at")
    account = integration.account()
    try:
        int(f"https://api.telegram.org/bot{account.credentials['bot_token']}/getMe")
    except ValueError:
        logging.getLogger(__name__).exception("It failed for %s with %s", integration, account)
    assert "ValueError" in log()
    assert found(log()) == []
    assert InboundEvent.objects.count() == 0
