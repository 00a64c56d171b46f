"""What a container, an operator and a newcomer start with."""

import re
import subprocess
from importlib import metadata

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

COMPOSE = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text("utf-8"))
SERVICES = COMPOSE["services"]
OURS = ["migrate", "app", "worker", "beat"]
PAGES = ["README.md", "CONTRIBUTING.md", "docs/operations.md"]


def named(pattern):
    """(page, name) of everything of this form that the pages tell a reader to type."""
    return sorted(
        {(page, name) for page in PAGES for name in re.findall(pattern, (settings.BASE_DIR / page).read_text("utf-8"))}
    )


def test_compose_runs_each_role_on_its_own():
    roles = {name: SERVICES[name]["command"][-1] for name in OURS[1:]}

    assert set(SERVICES) == {*OURS, "db", "redis"}
    assert roles == {"app": "web", "worker": "worker", "beat": "beat"}
    assert SERVICES["migrate"]["command"] == ["python", "manage.py", "migrate", "--noinput"]


@pytest.mark.parametrize("name", ["db", "redis", "worker", "beat", "migrate"])
def test_only_the_web_server_publishes_a_port(name):
    assert "ports" not in SERVICES[name]


@pytest.mark.parametrize("name", OURS)
def test_compose_is_production_and_asks_for_its_secrets(name):
    environment = SERVICES[name]["environment"]

    assert (environment["FLAME_ENV"], environment["FLAME_DEMO"]) == ("production", "0")
    for secret in ("JWT_SECRET", "JWT_REFRESH_SECRET"):
        assert environment[secret].startswith(f"${{{secret}:?")


@pytest.mark.parametrize("name", OURS[1:])
def test_nothing_serves_before_the_database_is_migrated(name):
    assert SERVICES[name]["depends_on"] == {
        "migrate": {"condition": "service_completed_successfully"},
        "redis": {"condition": "service_healthy"},
    }


@pytest.mark.parametrize(("page", "target"), named(r"\bmake ([a-z]+)"))
def test_every_make_command_of_the_pages_exists(page, target):
    command = ["make", "--dry-run", target, "APP=analytics", "TO=zero"]
    ended = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(("page", "command"), named(r"manage\.py ([a-z_]+)"))
def test_every_management_command_of_the_pages_exists(page, command):
    assert command in get_commands()


def test_make_help_explains_every_target():
    text = (settings.BASE_DIR / "Makefile").read_text("utf-8")
    phony = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split())
    help_text = subprocess.run(["make"], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True).stdout

    assert set(re.findall(r"^  make (\w+) ", help_text, re.MULTILINE)) == phony


def required():
    """The names of all packages that the requirements files bring along, as installed here."""
    lines = [
        line
        for name in ("requirements.txt", "requirements-dev.txt")
        for line in (settings.BASE_DIR / name).read_text("utf-8").splitlines()
        if line and not line.startswith(("#", "-"))
    ]
    waiting, seen = [Requirement(line) for line in lines], set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        extras = {"", *requirement.extras}
        if (name, frozenset(extras)) in seen:
            continue
        seen.add((name, frozenset(extras)))
        brought = map(Requirement, metadata.requires(name) or [])
        waiting += [
            each for each in brought if not each.marker or any(each.marker.evaluate({"extra": e}) for e in extras)
        ]
    return {name for name, _ in seen}


def test_constraints_pin_all_that_the_requirements_bring():
    lines = (settings.BASE_DIR / "constraints.txt").read_text("utf-8").splitlines()
    pinned = {
        canonicalize_name(Requirement(line).name): Requirement(line) for line in lines if not line.startswith("#")
    }

    assert required() - set(pinned) == set()
    assert [str(pinned[name]) for name in required() if metadata.version(name) not in pinned[name].specifier] == []
