"""The engine against a model server that others wrote (`@copilotkit/aimock`, tests/model): what we believe of the wire
is then not only what we believe. `make model` installs it; without it these tests are skipped.
"""

import shutil
import socket
import subprocess
import time

import pytest
from django.conf import settings as project

from assistants.dialogue import Effects
from assistants.engine import decide_reply
from assistants.providers.base import Watch
from assistants.tests.conftest import NOON, says

HOME = project.BASE_DIR / "tests/model"
SERVER = HOME / "node_modules/@copilotkit/aimock/dist/cli.js"


def can_run():
    node = shutil.which("node")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout if node else "v0."
    return SERVER.exists() and int(version[1:].partition(".")[0]) >= 20


pytestmark = pytest.mark.skipif(not can_run(), reason="Run `make model` to install it (needs Node 20).")


@pytest.fixture(scope="module")
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    arguments = ["--port", str(free), "--fixtures", str(HOME / "answers.json"), "--chunk-size", "6", "--strict"]
    with subprocess.Popen(["node", str(SERVER), *arguments], stdout=subprocess.DEVNULL) as process:
        for _ in range(200):
            if is_listening(free):
                break
            time.sleep(0.05)
        yield free
        process.terminate()


def is_listening(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def server(port, settings):
    settings.OPENAI_API_KEY, settings.OPENAI_MODEL = "sk-test-0123456789", "gpt-test"
    settings.OPENAI_BASE_URL = f"http://127.0.0.1:{port}/v1"


def test_a_text_is_streamed_with_its_usage(chispa, server):
    pieces = []
    reply = decide_reply(chispa, says("¿A qué hora abren?"), NOON, Watch(pieces.append))
    assert (reply.text, reply.engine) == (
        "Abrimos de lunes a sábado de 10:00 a 20:00. Los domingos, de 11:00 a 17:00.",
        "openai",
    )
    assert "".join(pieces) == reply.text
    assert len(pieces) > 5
    assert reply.trace.finish_reason == "stop"
    assert reply.trace.tokens_in > reply.trace.tokens_out > 0
    assert [passage.cited for passage in reply.passages[:2]] == [True, False]


def test_tools_are_called_and_answered(chispa, server):
    reply = decide_reply(chispa, says("¿Y si quiero regalarlo?"), NOON)
    assert (reply.text, reply.engine) == ("Sí, la envoltura de regalo cuesta $40 MXN.", "openai")
    assert reply.effects == Effects(priority="high")
    assert [(call["name"], call["outcome"]) for call in reply.trace.tool_calls] == [
        ("set_priority", "ok"),
        ("search_knowledge", "ok"),
    ]


def test_a_handoff_by_tool_ends_the_turn(chispa, server):
    reply = decide_reply(chispa, says("Llegó roto"), NOON)
    assert (reply.kind, reply.engine, reply.effects) == ("handoff", "openai", Effects(summary="El pedido llegó roto."))
