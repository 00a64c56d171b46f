import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from flame.diagnosis import embeddings
from flame.tests.shell import manage

SECRETS = {"JWT_SECRET": "a" * 32, "JWT_REFRESH_SECRET": "b" * 32}
NOBODY = "127.0.0.1:1"


@pytest.fixture
def diagnosed(house):
    """What `doctor --json` says of a sound environment with these changes: {variable: level}, and the exit code."""

    def ask(**changes):
        ended = manage("doctor", "--json", **house | changes)
        told = json.loads(ended.stdout)
        assert told["ok"] == (ended.returncode == 0)
        return {finding["variable"]: finding["level"] for finding in told["findings"]}, ended.returncode

    return ask


@pytest.fixture
def refusing_model():
    """A model's API that takes no key."""

    class Refusal(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(401)
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Refusal) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def test_a_sound_environment_is_told_in_one_line(house):
    ended = manage("doctor", **house)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "All is well.\n", "")


def test_a_storage_that_takes_no_file_is_an_error(diagnosed, tmp_path):
    (tmp_path / "file").touch()
    assert diagnosed(MEDIA_ROOT=str(tmp_path / "file" / "media")) == ({"MEDIA_ROOT": "error"}, 1)
    assert diagnosed(MEDIA_STORAGE="nowhere.Storage") == ({"MEDIA_STORAGE": "error"}, 1)
    assert diagnosed(MEDIA_STORAGE_OPTIONS="[]") == ({"MEDIA_STORAGE_OPTIONS": "error"}, 1)


def test_every_wrong_variable_is_named_at_once(diagnosed):
    found, code = diagnosed(
        FIELD_KEYS="short",
        PUBLIC_URL="inbox.example.com",
        CORS_ORIGIN="https://app.example.com/,*",
        OPENAI_BASE_URL="localhost",
        REDIS_URL=f"redis://{NOBODY}",
        SMTP_PORT="smtp",
    )

    assert code == 1
    assert found == dict.fromkeys(
        ["SMTP_PORT", "FIELD_KEYS", "PUBLIC_URL", "CORS_ORIGIN", "OPENAI_BASE_URL", "REDIS_URL"], "error"
    )


def test_production_without_secrets_is_diagnosed_not_refused(diagnosed):
    found, code = diagnosed(FLAME_ENV="production", FLAME_DEMO="1")

    assert code == 1
    assert {name for name, level in found.items() if level == "error"} == {
        "JWT_SECRET",
        "JWT_REFRESH_SECRET",
        "FLAME_DEMO",
    }


def test_production_is_warned_of_what_will_hurt_later(diagnosed):
    found, code = diagnosed(FLAME_ENV="production", **SECRETS)

    assert code == 0
    assert set(found.values()) == {"warning"}
    assert {"FIELD_KEYS", "PUBLIC_URL", "SMTP_HOST", "REDIS_URL"} <= set(found)


@pytest.mark.parametrize("url", [f"postgresql://flame:hidden@{NOBODY}/flame", "mysql://flame:hidden@db/flame"])
def test_a_database_that_cannot_be_used_is_named_without_its_password(house, url):
    ended = manage("doctor", **house | {"DATABASE_URL": url})

    assert ended.returncode == 1
    assert "error: DATABASE_URL names " in ended.stdout
    assert "hidden" not in ended.stdout + ended.stderr


def test_missing_migrations_are_told(tmp_path):
    ended = manage("doctor", DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite3")

    assert ended.returncode == 1
    assert "Run `python manage.py migrate`." in ended.stdout


def test_a_lost_field_key_is_told(house, diagnosed):
    assert manage("seed", **house).returncode == 0

    found, code = diagnosed(JWT_SECRET="another-secret-of-the-same-kind-0123456789")

    assert (found, code) == ({"FIELD_KEYS": "error"}, 1)


def test_a_refused_model_key_is_told(house, refusing_model):
    ended = manage("doctor", **house, OPENAI_API_KEY="sk-planted", OPENAI_BASE_URL=refusing_model)

    assert ended.returncode == 1
    assert "OPENAI_API_KEY is refused with 401." in ended.stdout
    assert "sk-planted" not in ended.stdout + ended.stderr


def test_an_embedding_model_without_a_key_is_told(diagnosed):
    assert diagnosed(OPENAI_EMBEDDING_MODEL="text-embedding-3-small") == ({"OPENAI_EMBEDDING_MODEL": "warning"}, 0)


def test_assistants_that_were_trained_with_another_embedding_model_are_counted(ana, settings):
    settings.OPENAI_API_KEY, settings.OPENAI_EMBEDDING_MODEL = "sk-planted", "new"
    for name, report in [("a", {}), ("b", {"embeddings": None}), ("c", {"embeddings": {"model": "new"}})]:
        assistant = ana.assistants.create(name=name, type="ai")
        assistant.versions.create(number=1, digest="", passages=1, blob=b"", published=True, report=report)
    (found,) = embeddings()
    assert found.problem == "OPENAI_EMBEDDING_MODEL is new, and 2 assistants were trained without it."
