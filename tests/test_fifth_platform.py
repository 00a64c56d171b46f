"""docs/adding-a-platform.md, held to its word: a folder and a line make a platform, and it counts what that touches."""

import ast
import hashlib
import hmac
import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import settings as project
from django.db import connection

from accounts import stream
from conversations.actions.messages import Outgoing, queue_reply
from conversations.actions.threads import lock_conversation
from conversations.delivery import deliver_thread
from conversations.models import Conversation
from integrations.models import InboundEvent, Integration
from integrations.registry import PLATFORMS
from integrations.tasks import receive
from tests.paper.adapter import SEAL, Paper

PAGE = project.BASE_DIR / "docs" / "adding-a-platform.md"


@contextmanager
def any_platform():
    """The database without what a migration changes for a new name."""
    before = {model: model._meta.constraints for model in (Integration, Conversation)}
    named = {
        model: next(each for each in known if each.name.endswith("platform_known")) for model, known in before.items()
    }
    for model, constraint in named.items():
        model._meta.constraints = [each for each in before[model] if each is not constraint]
        with connection.schema_editor() as editor:
            editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        for model in reversed(named):
            model.objects.all().delete()
        for model, constraint in named.items():
            model._meta.constraints = before[model]
            with connection.schema_editor() as editor:
                editor.add_constraint(model, constraint)


@pytest.fixture
def post_office():
    """Takes letters, and gives each a number."""
    taken = []

    class Counter(BaseHTTPRequestHandler):
        def do_POST(self):
            taken.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            body = json.dumps({"number": f"no-{len(taken)}"}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Counter) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/letters", taken
        server.shutdown()


@pytest.fixture
def box(transactional_db, ana, post_office, monkeypatch, settings):
    """Ana's post box: the fifth platform, added by its folder and its line in the registry."""
    monkeypatch.setitem(PLATFORMS, "paper", Paper())
    settings.PLATFORM_DEFAULTS = {**settings.PLATFORM_DEFAULTS, "paper": {}}
    credentials = {"box": "box-7", "url": post_office[0], "token": "stamp", "seal": "wax"}
    with any_platform():
        yield Integration.objects.create(user=ana, platform="paper", status="active", credentials=credentials)


def letters(wire, *letters):
    body = {"letters": list(letters)}
    seal = hmac.new(b"wax", json.dumps(body).encode(), hashlib.sha256).hexdigest()
    wire.post("paper", body, {SEAL: seal})
    receive()


def test_a_fifth_platform_receives_and_sends(wire, box, post_office):
    letter = {"id": "l1", "from": "eva@home", "to": "box-7", "text": "¿Abren hoy?", "at": 1790416800}
    letters(wire, letter, letter, {"id": "l2", "to": "box-7"})
    assert list(InboundEvent.objects.order_by("id").values_list("state", flat=True)) == ["done", "ignored"]
    thread = Conversation.objects.get()
    assert (thread.platform, thread.contact_external_id, thread.last_message) == ("paper", "eva@home", "¿Abren hoy?")
    with stream.gathered():
        [reply] = queue_reply(lock_conversation(thread.id), Outgoing("A las nueve.", agent=box.user))
    deliver_thread(thread.id)
    reply.refresh_from_db()
    assert (reply.status, reply.external_id) == ("sent", "no-1")
    assert post_office[1] == [{"to": "eva@home", "text": "A las nueve."}]


def test_it_touches_no_file_but_those_that_the_page_counts():
    """Whatever names a platform in quotes outside its folder and the sandbox, and the registry's line."""
    naming = {"integrations/registry.py"}
    for path in project.BASE_DIR.rglob("*.py"):
        place = path.relative_to(project.BASE_DIR)
        skipped = {"tests", "migrations", ".venv", "benchmarks", "platforms", "sandbox", "conftest.py"}
        if not skipped & set(place.parts) and "telegram" in constants(path):
            naming.add(str(place))
    page = PAGE.read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([\w/]+\.py)` \|", page, re.MULTILINE)
    assert set(listed) == naming
    assert f"**{len(listed)} files** that are there" in page


def constants(path):
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
