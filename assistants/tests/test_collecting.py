"""Pages as sources: fetched from a real server by the training, read once, and honest when they cannot be had."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from assistants.knowledge.shelf import index_of
from assistants.training.work import train_now

PAGE = "<html><body><nav>Menú</nav><h1>Envíos</h1><p>Enviamos a todo México por $99.</p></body></html>"


class Site(ThreadingHTTPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), Pages)
        self.answers = {"/": (200, "text/html; charset=utf-8", PAGE.encode())}
        self.asked = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        status, content_type, body = self.server.answers.get(self.path, (404, "text/html", b""))
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def site(settings):
    with Site() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.FETCH_TRUSTED_ORIGINS = [server.url]
        yield server
        server.shutdown()


@pytest.fixture
def keeper(ana, site):
    assistant = ana.assistants.create(name="Tendero", type="ai")
    assistant.sources.create(kind="url", title="Ayuda", url=f"{site.url}/", status="pending")
    return assistant


def test_a_page_is_read_by_the_training_and_answers(keeper):
    run = train_now(keeper)
    assert (run.status, run.report["sources"]) == (
        "published",
        {"total": 1, "read": 1, "unchanged": 0, "failed": []},
    )
    page = keeper.sources.get()
    assert (page.status, page.content) == ("ready", "# Envíos\n\nEnviamos a todo México por $99.")
    passage = index_of(keeper).passages[0]
    assert (passage.heading, passage.text) == ("Envíos", "Enviamos a todo México por $99.")


def test_an_unchanged_page_is_not_read_again(keeper, site):
    train_now(keeper)
    again = train_now(keeper)
    assert again.report["sources"] == {"total": 1, "read": 0, "unchanged": 1, "failed": []}
    site.answers["/"] = (200, "text/html", PAGE.replace("$99", "$120").encode())
    assert train_now(keeper).report["sources"]["read"] == 1
    assert "$120" in index_of(keeper).passages[0].text


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((404, "text/html", b""), {"code": "address_answered", "status": 404}),
        ((200, "video/mp4", b"x"), {"code": "address_unreadable"}),
        ((200, "text/html", b"a" * (5 * 1024 * 1024 + 1)), {"code": "address_too_large"}),
        ((200, "application/pdf", b"no pdf"), {"code": "broken_file"}),
    ],
)
def test_a_page_that_cannot_be_had_says_why_and_keeps_what_was_read(keeper, site, answer, error):
    train_now(keeper)
    site.answers["/"] = answer
    run = train_now(keeper)
    page = keeper.sources.get()
    assert (page.status, page.error, page.content[:8]) == ("failed", error, "# Envíos")
    assert run.report["sources"]["failed"] == [{"id": str(page.pk), "title": "Ayuda", **error}]
    assert (run.status, index_of(keeper).passages[0].heading) == ("published", "Envíos")


def test_an_address_inside_is_never_asked(keeper, site, settings):
    settings.FETCH_TRUSTED_ORIGINS = []
    run = train_now(keeper)
    assert (run.status, site.asked) == ("failed", [])
    assert keeper.sources.get().error == {"code": "address_refused"}
