import json

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from accounts.demo import DEMO_LOGIN, DEMO_PASSWORD
from accounts.models import User
from assistants.models import Assistant
from integrations.demo import CREDENTIALS
from integrations.models import Integration
from integrations.registry import PLATFORMS

pytestmark = pytest.mark.django_db


@pytest.fixture
def seed(settings, capsys):
    settings.DEMO = True

    def run(*arguments):
        call_command("seed", *arguments)
        return capsys.readouterr().out

    return run


def counts():
    return {model.__name__: model.objects.count() for model in (User, Assistant, Integration)}


def test_seed_makes_people_assistants_and_a_connected_account_per_platform(seed):
    seed()

    assert counts() == {"User": 3, "Assistant": 2, "Integration": len(PLATFORMS)}
    owner = authenticate(username=DEMO_LOGIN, password=DEMO_PASSWORD)
    assert [member.email for member in owner.members.all()] == ["agent@flame.local"]
    for integration in Integration.objects.all():
        assert (integration.user, integration.status, integration.default_assistant.type) == (owner, "active", "ai")
        assert integration.account_key


def test_seed_again_finds_everything_and_changes_nothing(seed):
    seed()
    User.objects.filter(email=DEMO_LOGIN).update(name="Otra tienda")
    before = counts()

    assert seed() == f"Found {5 + len(PLATFORMS)} of the demo's {5 + len(PLATFORMS)} rows.\n"
    assert counts() == before
    assert User.objects.get(email=DEMO_LOGIN).name == "Otra tienda"


def test_seed_says_in_json_what_it_made(seed):
    answer = json.loads(seed("--json"))

    assert answer["password"] == DEMO_PASSWORD
    assert [row["kind"] for row in answer["rows"]] == ["user"] * 3 + ["assistant"] * 2 + ["integration"] * len(
        PLATFORMS
    )
    assert all(row["created"] for row in answer["rows"])


@pytest.mark.parametrize("platform", PLATFORMS)
def test_demo_credentials_use_the_platforms_own_names(platform):
    assert set(CREDENTIALS[platform]) <= set(PLATFORMS[platform].credential_fields)


def test_seed_outside_demo_mode_refuses_and_makes_nothing(seed, settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="demo mode only"):
        seed()

    assert seed("--if-demo") == ""
    assert counts() == {"User": 0, "Assistant": 0, "Integration": 0}
