"""One object that has not changed is not sent again; lists, which the event stream keeps current, have no ETag."""

import pytest
from django.utils.http import quote_etag

from conversations.tests.conftest import open_thread


@pytest.fixture
def urls(ana, shop):
    assistant = ana.assistants.create(name="Recepción", type="auto")
    return {
        "conversation": f"/api/conversations/{open_thread(shop).id}",
        "assistant": f"/api/assistants/{assistant.id}",
        "integration": f"/api/integrations/{shop.id}",
        "me": "/api/auth/me",
    }


CHANGES = {
    "conversation": ("conversation", {"priority": "urgent"}),
    "assistant": ("assistant", {"name": "Ventas"}),
    "integration": ("integration", {"name": "Tienda"}),
    "me": ("/api/auth/profile", {"name": "Ana María"}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_who_has_an_object_as_it_is_gets_304_until_it_changes(client_of, ana, urls, name):
    api = client_of(ana)
    first = api.get(urls[name])
    etag = {"if-none-match": first.headers["ETag"]}
    again = api.get(urls[name], headers=etag)
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    target, change = CHANGES[name]
    assert api.put(urls.get(target, target), change).status_code == 200
    changed = api.get(urls[name], headers=etag)
    assert (changed.status_code, changed.headers["ETag"] != first.headers["ETag"]) == (200, True)
    assert changed.json().items() >= change.items()


def test_a_stranger_with_the_right_etag_is_told_nothing(client_of, ana, carla, urls):
    etag = client_of(ana).get(urls["conversation"]).headers["ETag"]
    assert client_of(carla).get(urls["conversation"], headers={"if-none-match": etag}).status_code == 404
    assert client_of(carla).get("/api/auth/me", headers={"if-none-match": quote_etag("x")}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/api/conversations", "/api/assistants", "/api/integrations", "/api/team", "/api/schema"]
)
def test_a_list_has_no_etag(client_of, ana, path):
    assert "ETag" not in client_of(ana).get(path).headers


@pytest.mark.parametrize("path", ["/api/conversations", "/api/assistants", "/api/integrations"])
def test_a_list_says_which_event_it_already_shows(client_of, ana, bruno, path):
    before = int(client_of(ana).get(path).headers["X-Event-Seq"])
    assert client_of(ana).post("/api/assistants", {"name": "Ventas", "type": "auto"}).status_code == 201
    assert int(client_of(bruno).get(path).headers["X-Event-Seq"]) == before + 1
