"""Files over REST: up, down, and by link."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.media_links import link_to
from conversations.models import Attachment, Message
from flame.tests.files import FILES, PNG, SVG, WORD

pytestmark = pytest.mark.django_db
JPEG = FILES["image/jpeg"]


def upload(api, content=PNG, name="foto.png", mime="image/png"):
    return api.post("/api/media", {"file": SimpleUploadedFile(name, content, mime)}, format="multipart")


@pytest.fixture
def received(thread, storage):
    """A customer's picture, stored."""
    message = Message.objects.create(conversation=thread, sequence=1, content="[imagen]", sender="user", type="image")
    row = Attachment.objects.create(
        user=thread.user,
        message=message,
        type="image",
        state="stored",
        mime="image/png",
        name='añ"o\r\nX: y.png',
        size=len(PNG),
        file="attachments/received",
    )
    default_storage.save(row.file, ContentFile(PNG))
    return row


def test_an_upload_is_kept_with_what_it_is(client_of, bruno, ana, storage):
    answer = upload(client_of(bruno), JPEG, "../C:\\fotos\\de mamá.png", "image/png")
    row = Attachment.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": str(row.id),
        "type": "image",
        "mime": "image/jpeg",
        "name": "de mamá.png",
        "size": len(JPEG),
        "state": "stored",
        "url": f"/api/media/{row.id}",
    }
    assert (row.user, row.message, storage.contents) == (ana, None, [JPEG])
    assert timedelta(hours=23) < row.expires_at - timezone.now() < timedelta(hours=25)
    assert client_of(ana).get(answer.json()["url"]).content == JPEG


def test_an_upload_that_is_sent_again_with_its_key_is_the_same_one(client_of, ana, storage):
    def again():
        body = {"file": SimpleUploadedFile("foto.png", PNG)}
        return client_of(ana).post("/api/media", body, format="multipart", HTTP_IDEMPOTENCY_KEY="k-1")

    first, second = again(), again()
    assert (first.status_code, second.status_code, second.headers["Idempotency-Replayed"]) == (201, 201, "true")
    assert second.json() == first.json()
    assert (Attachment.objects.count(), storage.contents) == (1, [PNG])


@pytest.mark.parametrize(
    ("content", "name", "mime"),
    [
        (SVG, "x.svg", "image/svg+xml"),
        (SVG, "x.png", "image/png"),
        (b"<html>", "x.html", "text/html"),
        (b"MZ" + bytes(200), "x.exe", "application/pdf"),
        (b"\x00\x01\x02", "x", ""),
    ],
)
def test_what_cannot_be_sent_is_415_and_nothing_is_kept(client_of, ana, storage, content, name, mime):
    answer = upload(client_of(ana), content, name, mime)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert (Attachment.objects.count(), storage.files) == (0, [])


@pytest.mark.parametrize("mime", ["text/plain", "application/pdf", "application/octet-stream"])
def test_an_upload_is_what_its_bytes_say_whatever_the_client_says(client_of, ana, storage, mime):
    answer = upload(client_of(ana), PNG, "foto.pdf", mime)
    assert (answer.status_code, answer.json()["mime"], answer.json()["type"]) == (201, "image/png", "image")


def test_over_5_mb_is_413_and_nothing_is_kept(client_of, ana, storage):
    answer = upload(client_of(ana), PNG + bytes(5 * 1024 * 1024))
    assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")
    assert (Attachment.objects.count(), storage.files) == (0, [])


@pytest.mark.parametrize("body", [{}, {"file": "no file"}, {"file": SimpleUploadedFile("x.png", b"")}])
def test_a_body_without_a_file_is_400(client_of, ana, storage, body):
    answer = client_of(ana).post("/api/media", body, format="multipart")
    assert (answer.status_code, answer.json()["details"][0]["field"]) == (400, "file")


def test_a_body_that_is_no_multipart_is_415(client_of, ana):
    assert client_of(ana).post("/api/media", {"file": "x"}).status_code == 415


def test_a_storage_that_takes_nothing_is_503_and_the_row_is_pruned(client_of, ana, storage):
    storage.path.write_text("a file where the folder would be")
    assert upload(client_of(ana)).status_code == 503
    assert Attachment.objects.uploads(ana.id, timezone.now()).count() == 0
    assert client_of(ana).get(f"/api/media/{Attachment.objects.get().id}").status_code == 409


def test_a_file_comes_as_one_that_no_browser_runs(client_of, bruno, received):
    answer = client_of(bruno).get(f"/api/media/{received.id}", HTTP_ACCEPT="image/webp")
    assert (answer.status_code, answer.content) == (200, PNG)
    heads = answer.headers
    assert heads["Content-Type"] == "image/png"
    assert heads["Content-Disposition"] == "attachment; filename*=utf-8''a%C3%B1%22o%0D%0AX%3A%20y.png"
    assert heads["X-Content-Type-Options"] == "nosniff"
    assert heads["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert heads["Cache-Control"] == "private, max-age=900, immutable"


@pytest.mark.parametrize(
    ("wanted", "status", "span"),
    [
        ("bytes=0-3", 206, slice(0, 4)),
        ("bytes=4-", 206, slice(4, None)),
        ("bytes=-4", 206, slice(-4, None)),
        ("bytes=2-99999", 206, slice(2, None)),
        ("bytes=0-", 200, slice(None)),
        ("bytes=0-1,3-4", 200, slice(None)),
        ("bytes=5-2", 200, slice(None)),
        ("bytes=-", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
    ],
)
def test_one_range_of_a_file_can_be_asked_for(client_of, ana, received, wanted, status, span):
    answer = client_of(ana).get(f"/api/media/{received.id}", HTTP_RANGE=wanted)
    assert (answer.status_code, answer.content) == (status, PNG[span])
    first = range(len(PNG))[span].start
    expected = f"bytes {first}-{first + len(PNG[span]) - 1}/{len(PNG)}" if status == 206 else None
    assert answer.headers.get("Content-Range") == expected


@pytest.mark.parametrize("wanted", [f"bytes={len(PNG)}-", "bytes=99999-", "bytes=-0"])
def test_a_range_behind_the_end_is_416(client_of, ana, received, wanted):
    answer = client_of(ana).get(f"/api/media/{received.id}", HTTP_RANGE=wanted)
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{len(PNG)}")


def test_strangers_learn_nothing_of_a_file(client_of, api, carla, received):
    for wanted in (received.id, uuid.uuid4()):
        for ask in (client_of(carla).get, client_of(carla).post):
            url = f"/api/media/{wanted}" + ("/link" if ask.__name__ == "post" else "")
            answer = ask(url)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        answer = api.get(f"/api/media/{wanted}")
        assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")


def test_a_link_works_without_a_token_until_it_expires(client_of, api, ana, received):
    answer = client_of(ana).post(f"/api/media/{received.id}/link")
    assert answer.status_code == 200
    url = answer.json()["url"]
    assert (api.get(url).status_code, api.get(url).content) == (200, PNG)
    assert str(ana.id) not in url
    stale = link_to(received.id, timezone.now() - timedelta(seconds=1))
    assert api.get(stale).status_code == 401


def test_a_link_holds_for_its_file_and_its_time_alone(client_of, api, ana, received, storage):
    other = upload(client_of(ana)).json()["id"]
    url = client_of(ana).post(f"/api/media/{received.id}/link").json()["url"]
    path, _, query = url.partition("?")
    expires = query.partition("=")[2].partition("&")[0]
    for forged in (
        f"/api/media/{other}?{query}",
        f"{path}?{query.replace(expires, str(int(expires) + 1))}",
        f"{path}?expires={expires}",
        f"{path}?expires={expires}&signature=",
        f"{path}?expires=²&signature=x",
        f"{path}?expires={'9' * 30}&signature=x",
    ):
        assert api.get(forged).status_code == 401, forged


def test_a_page_of_pictures_uses_up_no_limit(client_of, api, ana, received, settings):
    settings.RATE_LIMIT_ANONYMOUS = 0
    url = client_of(ana).post(f"/api/media/{received.id}/link").json()["url"]
    assert [api.get(url).status_code for _ in range(5)] == [200] * 5
    assert api.get(f"{url}x").status_code == 429


@pytest.mark.parametrize(
    ("state", "status", "code"), [("pending", 409, "media_pending"), ("failed", 410, "media_unavailable")]
)
def test_a_file_that_is_not_here_says_whether_to_wait(client_of, ana, received, state, status, code):
    Attachment.objects.update(state=state)
    for answer in (
        client_of(ana).get(f"/api/media/{received.id}"),
        client_of(ana).post(f"/api/media/{received.id}/link"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_file_that_the_storage_lost_is_gone(client_of, ana, received):
    default_storage.delete(received.file)
    assert client_of(ana).get(f"/api/media/{received.id}").status_code == 410


def test_an_upload_that_nobody_sent_is_gone_after_a_day(client_of, ana, storage):
    url = upload(client_of(ana)).json()["url"]
    Attachment.objects.update(expires_at=timezone.now())
    assert client_of(ana).get(url).status_code == 404


def test_documents_keep_their_names(client_of, ana, storage):
    shown = upload(client_of(ana), FILES[WORD], "Carta.docx", "application/octet-stream").json()
    assert (shown["type"], shown["mime"], shown["name"]) == ("file", WORD, "Carta.docx")


def test_a_list_of_messages_asks_for_all_files_at_once(client_of, ana, thread):
    def picture(number):
        row = Attachment(user=ana, type="image", state="stored", mime="image/png")
        row.message = Message.objects.create(
            conversation=thread,
            sequence=number,
            content="[imagen]",
            sender="user",
            metadata={"attachments": [{"type": "image", "id": str(row.id)}]},
        )
        row.save()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            answer = client_of(ana).get(f"/api/conversations/{thread.id}/messages")
        assert all(each["metadata"]["attachments"][0]["state"] == "stored" for each in answer.json()["results"])
        return len(captured)

    picture(1)
    with_one = queries()
    for number in range(2, 12):
        picture(number)
    assert queries() == with_one
