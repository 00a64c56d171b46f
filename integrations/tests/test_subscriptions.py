"""Three layers that keep an account silent, each told in one sentence with its remedy; nothing is changed by asking."""

import pytest
import requests

from flame.diagnosis import Finding, webhooks
from integrations.models import Integration
from integrations.sandbox.client import Client
from integrations.subscriptions import gaps

pytestmark = pytest.mark.django_db
OURS = "http://localhost:3000/api/webhooks"
NUMBER = {
    "phone_number_id": "2007",
    "business_account_id": "1009",
    "access_token": "EAA-shop",
    "app_id": "55",
    "app_secret": "app-secret",
    "verify_token": "verify",
}
PAGE = {"page_id": "777", "page_access_token": "EAA-page", "app_id": "55", "app_secret": "app-secret"}


@pytest.fixture
def graph(sandbox, settings):
    settings.PUBLIC_URL = "http://localhost:3000"
    return f"{sandbox.url}/graph/v26.0"


def connected(user, platform, credentials):
    return Integration.objects.create(user=user, platform=platform, status="active", credentials=credentials)


def subscribe(graph, kind, fields, url):
    order = {"object": kind, "callback_url": url, "fields": fields}
    requests.post(f"{graph}/55/subscriptions", json=order, headers={"Authorization": "Bearer 55|app-secret"}, timeout=5)


def join(graph, account, token, **params):
    headers = {"Authorization": f"Bearer {token}"}
    app = {"Authorization": "Bearer 55|app-secret"}
    requests.get(f"{graph}/debug_token", params={"input_token": token}, headers=app, timeout=5)
    requests.post(f"{graph}/{account}/subscribed_apps", params=params, headers=headers, timeout=5)


def problems():
    return [gap.problem for gap in gaps()]


def test_each_layer_that_lacks_is_told_with_its_remedy(graph, ana):
    number = connected(ana, "whatsapp", NUMBER)
    found = list(gaps())
    kind, url = "whatsapp_business_account", f"{OURS}/whatsapp"
    assert [gap.problem for gap in found] == [
        f"App 55 sends the webhooks of {kind} to no address, not to {url}.",
        f"App 55 is not subscribed to messages of {kind}.",
        "The app gets no webhooks of whatsapp 2007: it is not in the account's subscribed_apps.",
    ]
    assert all(gap.fix for gap in found)
    assert list(webhooks()) == [Finding("error", f"integration {number.pk}", gap.problem, gap.fix) for gap in found]
    subscribe(graph, kind, "messages", "https://elsewhere.example/hook")
    join(graph, "1009", "EAA-shop")
    assert problems() == [f"App 55 sends the webhooks of {kind} to https://elsewhere.example/hook, not to {url}."]
    subscribe(graph, kind, "messages", url)
    assert problems() == []


def test_fields_that_lack_are_named(graph, ana):
    connected(ana, "facebook", PAGE)
    subscribe(graph, "page", "messages,message_reads", f"{OURS}/facebook")
    join(graph, "777", "EAA-page", subscribed_fields="messages")
    assert problems() == [
        "App 55 is not subscribed to message_deliveries, message_echoes, messaging_postbacks of page."
    ]


def test_an_app_whose_secret_is_not_known_is_not_asked(graph, ana):
    connected(ana, "whatsapp", {**NUMBER, "app_id": ""})
    join(graph, "1009", "EAA-shop")
    assert problems() == []


def test_the_demo_is_not_asked_about_itself(settings, ana):
    settings.META_GRAPH_BASE_URL = f"{settings.SANDBOX_URL}/graph"
    connected(ana, "whatsapp", NUMBER)
    assert list(webhooks()) == []


def test_a_platform_that_cannot_be_asked_is_a_warning(settings, ana):
    settings.META_GRAPH_BASE_URL = "http://127.0.0.1:9"
    connected(ana, "whatsapp", NUMBER)
    [finding] = webhooks()
    assert (finding.level, "could not be asked about whatsapp 2007" in finding.problem) == ("warning", True)


def test_other_platforms_and_unconnected_accounts_are_left_alone(sandbox, bot, ana):
    Integration.objects.create(user=ana, platform="whatsapp", credentials=NUMBER)
    assert list(gaps()) == []
    assert isinstance(sandbox, Client)
