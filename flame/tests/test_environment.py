"""What the environment may hold, and that a start with a wrong value names it and stops."""

from decimal import Decimal

import pytest

from flame.lib.env import EXAMPLE_SECRETS, Environment, secret_problems
from flame.tests.shell import manage

SECRETS = {"JWT_SECRET": "a" * 32, "JWT_REFRESH_SECRET": "b" * 32}


@pytest.mark.parametrize(("text", "value"), [("1", True), ("yes", True), ("On", True), ("0", False), ("false", False)])
def test_booleans_are_read_in_their_usual_spellings(text, value):
    assert Environment({"SWITCH": text}).bool("SWITCH", default=not value) is value


def test_an_unreadable_value_is_noted_and_answered_with_its_default():
    env = Environment({"PORT": "abc", "FLAME_DEMO": "yse", "SWEEP_SECONDS": "soon"})

    values = env.int("PORT", default=3000), env.bool("FLAME_DEMO", default=True), env.float("SWEEP_SECONDS", default=2)

    assert values == (3000, True, 2)
    assert env.problems == [
        "PORT is 'abc'; it takes a whole number.",
        "FLAME_DEMO is 'yse'; it takes 1 or 0.",
        "SWEEP_SECONDS is 'soon'; it takes a number.",
    ]


def test_a_value_that_begins_with_a_dollar_is_taken_as_it_stands():
    assert Environment({"JWT_SECRET": "$ecret", "ecret": "other"}).str("JWT_SECRET", default="") == "$ecret"


def test_lists_are_split_at_commas_and_trimmed():
    assert Environment({"CORS_ORIGIN": "http://a, http://b,"}).list("CORS_ORIGIN", default=[]) == [
        "http://a",
        "http://b",
    ]


@pytest.mark.parametrize(
    "url", ["flame", "mysql://u:hidden@h/name", "postgresql://u:hidden@h:port/name", "postgresql://"]
)
def test_a_url_that_names_no_database_is_told_without_its_password(url):
    env = Environment({"DATABASE_URL": url})

    config = env.database("DATABASE_URL", default="sqlite:////tmp/flame.sqlite3")

    assert config["NAME"] == "/tmp/flame.sqlite3"
    assert [problem.split(";")[0] for problem in env.problems] == ["DATABASE_URL names no database"]
    assert "hidden" not in env.problems[0]


@pytest.mark.parametrize("example", sorted(EXAMPLE_SECRETS))
def test_example_secrets_are_problems(example):
    assert secret_problems({"JWT_SECRET": example}) == ["JWT_SECRET is an example value; generate one of your own."]


def test_secrets_must_be_long_and_differ():
    assert secret_problems({"JWT_SECRET": "short"}) == ["JWT_SECRET has fewer than 32 bytes."]
    assert secret_problems(dict.fromkeys(SECRETS, "a" * 32)) == ["JWT_SECRET and JWT_REFRESH_SECRET must differ."]
    assert secret_problems(SECRETS) == []


def test_production_without_secrets_refuses_to_start_and_names_them():
    ended = manage("check", FLAME_ENV="production")

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == ("Refusing to start in production: JWT_SECRET is not set. JWT_REFRESH_SECRET is not set.\n")


def test_production_with_the_examples_secrets_refuses_to_start():
    ended = manage(
        "check",
        NODE_ENV="production",
        JWT_SECRET="your-super-secret-jwt-key",
        JWT_REFRESH_SECRET="your-refresh-secret-key",
    )

    assert ended.returncode == 1
    assert ended.stderr == (
        "Refusing to start in production: JWT_SECRET is an example value; generate one of your own. "
        "JWT_REFRESH_SECRET is an example value; generate one of your own.\n"
    )


def test_production_refuses_the_demo():
    ended = manage("check", FLAME_ENV="production", FLAME_DEMO="1", **SECRETS)

    assert ended.returncode == 1
    assert "FLAME_DEMO is on" in ended.stderr


def test_production_starts_with_secrets_of_its_own():
    ended = manage("check", FLAME_ENV="production", **SECRETS)

    assert (ended.returncode, ended.stderr) == (0, "")


def test_an_unknown_environment_is_refused():
    ended = manage("check", FLAME_ENV="staging")

    assert ended.returncode == 1
    assert "FLAME_ENV is 'staging'; it takes 'development' or 'production'." in ended.stderr


def test_the_process_environment_wins_over_the_file(tmp_path):
    file = tmp_path / ".env"
    file.write_text("PORT=nonsense\n")

    refused = manage("check", FLAME_ENV_FILE=str(file))
    served = manage("check", FLAME_ENV_FILE=str(file), PORT="3000")

    assert (refused.returncode, served.returncode) == (1, 0)
    assert refused.stderr == "Refusing to start in development: PORT is 'nonsense'; it takes a whole number.\n"


def test_prices_are_a_table_per_million_tokens():
    env = Environment({"MODEL_PRICES": '{"m": [0.25, 2]}'})
    assert env.prices("MODEL_PRICES", default={}) == {"m": (Decimal("0.25"), Decimal(2))}


@pytest.mark.parametrize("text", ['{"m": 1}', '{"m": ["a", "b"]}', '{"m": [1]}'])
def test_a_table_of_prices_that_is_none_is_noted(text):
    env = Environment({"MODEL_PRICES": text})
    assert env.prices("MODEL_PRICES", default={}) == {}
    assert env.problems == [
        'MODEL_PRICES names no two prices for each model; it takes {"gpt-5-mini": [0.25, 2.0]}.',
    ]
