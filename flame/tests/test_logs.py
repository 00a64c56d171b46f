"""What the log says, about whom, where it goes, and that no line holds a secret."""

import json
import logging
import logging.config

import pytest
import requests

from accounts.demo import DEMO_LOGIN, DEMO_PASSWORD
from flame.lib import log_context, log_files
from flame.lib.log_files import SharedLogFile
from flame.lib.log_lines import FIELDS, JSONLines
from flame.logs import logging_settings
from flame.tests.shell import manage, running

PLANTED = [
    "EAA-planted-token-0001",
    "planted-app-secret",
    "9001:AAplanted-bot-token",
    "planted-password",
    "planted-env",
]


def read(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def files_of(logger):
    return [handler for handler in logger.handlers if isinstance(handler, SharedLogFile)]


@pytest.fixture
def log(tmp_path):
    """The handlers of a deployment, under a logger of their own."""
    config = logging_settings("INFO", "json", str(tmp_path / "logs"), ["planted-env"])
    root = config.pop("root")
    names = [name for name in root["handlers"] if name != "console"]
    config["loggers"] = {"flame.tests.planted": {**root, "handlers": names, "propagate": False}}
    logging.config.dictConfig(config)
    logger = logging.getLogger("flame.tests.planted")
    yield logger
    for handler in files_of(logger):
        logger.removeHandler(handler)
        handler.close()


@pytest.fixture
def written(tmp_path):
    return lambda name: read(tmp_path / "logs" / f"{name}.log")


def test_a_line_is_one_json_object_with_its_fields(log, written):
    log_context.begin("r-1")
    log_context.note(user="u-1")
    with log_context.about(conversation="c-1"):
        log.info("Hola, %s", "señor\nsegundo renglón")
    log.info("Next")
    first, second = written("combined")
    assert tuple(first) == FIELDS
    assert first["time"].endswith("Z")
    assert {**first, "time": ""} == {
        "time": "",
        "level": "INFO",
        "logger": "flame.tests.planted",
        "message": "Hola, señor\nsegundo renglón",
        "request_id": "r-1",
        "user": "u-1",
        "conversation": "c-1",
    }
    assert (second["user"], second["conversation"]) == ("u-1", None)


def test_errors_are_also_in_a_file_of_their_own(log, written):
    log.info("a")
    log.warning("b")
    log.error("c")
    assert [line["message"] for line in written("combined")] == ["a", "b", "c"]
    assert [line["message"] for line in written("error")] == ["c"]


def fail(message, cause):
    raise RuntimeError(message) from cause


def test_planted_secrets_are_in_no_file_nor_in_a_traceback(log, tmp_path):
    token, secret, bot, password, env = PLANTED
    try:
        fail(
            f"https://api.telegram.org/bot{bot}/getMe said no; password={password!r}; {env}",
            ValueError({"access_token": token, "app_secret": secret}),
        )
    except RuntimeError:
        log.exception("Authorization: Bearer %s failed for %s", token, {"refresh_token": secret}, stack_info=True)
    for name in ("combined", "error"):
        text = (tmp_path / "logs" / f"{name}.log").read_text("utf-8")
        assert [secret for secret in PLANTED if secret in text] == []
        (line,) = read(tmp_path / "logs" / f"{name}.log")
        assert "RuntimeError" in line["exc_info"]
        assert "The above exception was the direct cause" in line["exc_info"]
        assert "stack_info" in line


def test_what_a_library_ties_to_a_record_is_left_out(log, tmp_path):
    log.warning("Refused", extra={"request": "GET /?access_token=planted", "password": "planted"})
    assert "planted" not in (tmp_path / "logs" / "combined.log").read_text("utf-8").replace("flame.tests.planted", "")


def test_a_formatter_changes_nothing_for_other_handlers():
    record = logging.LogRecord("x", logging.ERROR, "", 1, "password=%s", ("hunter2",), None)
    assert "hunter2" not in JSONLines().format(record)
    assert record.getMessage() == "password=hunter2"


def test_a_full_file_is_set_aside(log, written, tmp_path, monkeypatch):
    for handler in files_of(log):
        monkeypatch.setattr(handler, "maxBytes", 1000)
    for number in range(40):
        log.info("line %d", number)
    folder = tmp_path / "logs"
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["combined.log", *(f"combined.log.{number}" for number in range(1, log_files.KEPT + 1))]
    assert written("combined")[-1]["message"] == "line 39"
    assert max(path.stat().st_size for path in folder.iterdir()) <= 1000


def test_a_file_that_another_process_moved_is_begun_anew(tmp_path):
    ours, theirs = SharedLogFile(str(tmp_path / "x.log")), SharedLogFile(str(tmp_path / "x.log"))
    for handler, text in ((ours, "1"), (theirs, "2")):
        handler.emit(logging.makeLogRecord({"msg": text}))
    theirs.doRollover()
    ours.emit(logging.makeLogRecord({"msg": "3"}))
    ours.close()
    theirs.close()
    assert (tmp_path / "x.log.1").read_text() == "1\n2\n"
    assert (tmp_path / "x.log").read_text() == "3\n"


def test_a_folder_that_cannot_be_written_stops_nobody_and_is_told_once(house, tmp_path):
    (tmp_path / "file").write_text("")
    environment = house | {"LOG_FILES": "1", "LOG_DIR": str(tmp_path / "file" / "logs")}
    with running("manage.py", "run", **environment) as process:
        for _ in range(3):
            requests.get(f"http://127.0.0.1:{house['PORT']}/api/nowhere", timeout=5)
        process.terminate()
        said = process.stdout.read()
    assert said.count("cannot be written") == 1
    assert said.count("Not Found: /api/nowhere") == 3
    assert "Traceback" not in said


def test_a_server_writes_who_asked_and_about_which_conversation(house, tmp_path):
    manage("seed", **house)
    site, headers = f"http://127.0.0.1:{house['PORT']}", {"X-Request-ID": "r-1"}
    demo = {"email": DEMO_LOGIN, "password": DEMO_PASSWORD}
    with running("manage.py", "run", **house, LOG_FILES="1", LOG_DIR=str(tmp_path)):
        login = requests.post(f"{site}/api/auth/login", json=demo, timeout=5).json()
        headers["Authorization"] = f"Bearer {login['access']}"
        pk = "00000000-0000-4000-8000-000000000000"
        requests.get(f"{site}/api/conversations/{pk}/messages", headers=headers, timeout=5)
    (line,) = [line for line in read(tmp_path / "combined.log") if line["request_id"] == "r-1"]
    assert (line["level"], line["user"], line["conversation"]) == ("WARNING", login["user"]["id"], pk)
    assert not (tmp_path / "error.log").exists()


def test_the_suite_writes_no_files(settings):
    assert list(settings.LOGGING["handlers"]) == ["console"]
