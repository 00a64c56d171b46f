"""An agent's files: from the upload to the customer's phone, on the sandbox's platforms."""

import uuid

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from conversations.delivery import deliver_thread
from conversations.file_pruning import prune_unclaimed
from conversations.models import Attachment, Message
from conversations.tests.conftest import open_thread
from flame.tests.files import FILES, PNG
from integrations.models import Integration

pytestmark = pytest.mark.django_db(transaction=True)

PDF = FILES["application/pdf"]
CREDENTIALS = {
    "facebook": {"page_id": "777", "page_access_token": "EAA-page-token-777"},
    "instagram": {"instagram_account_id": "17841", "page_id": "778", "page_access_token": "EAA-page-token-778"},
}


@pytest.fixture
def threads(shop, bot, ana):
    def of(platform):
        found = {"whatsapp": shop, "telegram": bot}.get(platform) or Integration.objects.create(
            user=ana, platform=platform, status="active", credentials=CREDENTIALS[platform]
        )
        return open_thread(found, "5215559999" if platform == "whatsapp" else "7777")

    return of


@pytest.fixture
def agent(client_of, bruno, storage):
    return client_of(bruno)


@pytest.fixture
def upload(agent):
    def send(content=PNG, name="foto.png"):
        answer = agent.post("/api/media", {"file": SimpleUploadedFile(name, content)}, format="multipart")
        assert answer.status_code == 201, answer.json()
        return answer.json()["id"]

    return send


@pytest.fixture
def post(agent):
    def send(thread, content="", kind="image", *, files=(), **body):
        metadata = {"attachments": list(files), **body.pop("metadata", {})}
        body = {"content": content, "type": kind, "metadata": metadata, **body}
        return agent.post(f"/api/conversations/{thread.id}/messages", body, format="json")

    return send


def arrived(sandbox):
    """(text, [contents]) of what is on the phone."""
    return [(sent["text"], [sandbox.file(name)[0] for name in sent["files"]]) for sent in sandbox.sent()]


@pytest.mark.parametrize("platform", ["whatsapp", "telegram", "facebook", "instagram"])
@pytest.mark.parametrize(
    ("kind", "mime", "name"),
    [("image", "image/png", "a.png"), ("file", "application/pdf", "Menú.pdf"), ("video", "video/mp4", "a.mp4")],
)
def test_an_agents_file_arrives_byte_for_byte(sandbox, threads, upload, post, platform, kind, mime, name):
    thread = threads(platform)
    file_id = upload(FILES[mime], name)
    answer = post(thread, kind=kind, files=[{"file_id": file_id}])
    assert answer.status_code == 201, answer.json()
    (shown,) = answer.json()["metadata"]["attachments"]
    assert (shown["id"], shown["type"], shown["mime"], shown["state"]) == (file_id, kind, mime, "stored")
    assert answer.json()["status"] == "queued"
    assert sandbox.sent() == []

    assert deliver_thread(thread.id) == 1
    (sent,) = sandbox.sent()
    assert [sandbox.file(name)[0] for name in sent["files"]] == [FILES[mime]]
    message = Message.objects.get()
    assert (message.status, message.external_id) == ("sent", sent["id"])
    assert message.attachments.get().expires_at is None


def test_the_content_is_the_caption_where_there_is_one(sandbox, thread, upload, post):
    assert post(thread, "¿Este?", files=[{"file_id": upload()}]).json()["content"] == "¿Este?"
    deliver_thread(thread.id)
    assert arrived(sandbox) == [("¿Este?", [PNG])]


def test_what_is_too_long_for_a_caption_follows_as_a_text(sandbox, thread, upload, post):
    text = "x" * 1025
    answer = post(thread, text, files=[{"file_id": upload()}])
    assert (answer.json()["content"], answer.json()["type"]) == ("[imagen]", "image")
    deliver_thread(thread.id)
    assert arrived(sandbox) == [("[image]", [PNG]), (text, [])]
    assert list(Message.objects.order_by("sequence").values_list("type", "content")) == [
        ("image", "[imagen]"),
        ("text", text),
    ]


def test_an_audio_on_whatsapp_has_no_caption_so_its_text_follows(sandbox, thread, upload, post):
    post(thread, "Escucha", "audio", files=[{"file_id": upload(FILES["audio/ogg"], "nota.ogg")}])
    deliver_thread(thread.id)
    assert arrived(sandbox) == [("[audio]", [FILES["audio/ogg"]]), ("Escucha", [])]


def test_choices_hang_under_the_text_and_not_under_the_file(sandbox, thread, upload, post):
    choices = [{"id": "si", "title": "Sí"}, {"id": "no", "title": "No"}]
    post(thread, "¿Este?", files=[{"file_id": upload()}], metadata={"choices": choices})
    deliver_thread(thread.id)
    picture, question = sandbox.sent()
    assert (picture["body"]["type"], question["body"]["type"]) == ("image", "interactive")


def test_several_files_are_several_messages_in_order(sandbox, chat, upload, post):
    ids = [upload(PNG + bytes([number]), f"{number}.png") for number in range(3)]
    post(chat, "Tres", files=[{"file_id": each} for each in ids])
    deliver_thread(chat.id)
    assert [content[-1:] for _, (content,) in arrived(sandbox)] == [b"\x00", b"\x01", b"\x02"]
    assert [text for text, _ in arrived(sandbox)] == ["Tres", "[file]", "[file]"]


def test_a_file_elsewhere_goes_by_its_address(sandbox, thread, post):
    answer = post(thread, files=[{"url": "https://shop.example/foto.png", "name": "foto.png"}])
    assert answer.json()["metadata"]["attachments"] == [
        {"type": "image", "state": "linked", "url": "https://shop.example/foto.png", "name": "foto.png"}
    ]
    deliver_thread(thread.id)
    assert sandbox.sent()[0]["body"]["image"] == {"link": "https://shop.example/foto.png"}


def test_a_reply_with_a_file_quotes_the_message(sandbox, thread, upload, post):
    asked = Message.objects.create(
        conversation=thread,
        integration=thread.integration,
        sequence=7,
        content="¿?",
        sender="user",
        external_id="wamid.Q",
    )
    thread.last_sequence = 7
    thread.save()
    post(thread, files=[{"file_id": upload()}], metadata={"reply_to": str(asked.id)})
    deliver_thread(thread.id)
    assert sandbox.sent()[0]["body"]["context"] == {"message_id": "wamid.Q"}


@pytest.mark.parametrize(
    ("kind", "files", "field", "code"),
    [
        ("image", [], "metadata.attachments", "min_length"),
        ("image", [{}], "metadata.attachments.0", "invalid"),
        ("image", [{"file_id": "x"}], "metadata.attachments.0.file_id", "invalid"),
        ("image", [{"file_id": str(uuid.uuid4())}], "metadata.attachments", "unknown_file"),
        ("image", [{"url": "http://shop.example/a.png"}], "metadata.attachments.0.url", "invalid"),
        ("image", [{"url": "file:///etc/passwd"}], "metadata.attachments.0.url", "invalid"),
        ("text", [{"url": "https://shop.example/a.png"}], "type", "attachments"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(thread, post, kind, files, field, code):
    answer = post(thread, "Hola", kind, files=files)
    assert answer.status_code == 400
    assert (answer.data["details"][0]["field"], answer.data["details"][0]["code"]) == (field, code)
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("platform", "kind", "mime", "code"),
    [
        ("whatsapp", "image", "image/gif", "media_type"),
        ("whatsapp", "audio", "image/png", "media_type"),
        ("telegram", "video", "video/3gpp", "media_type"),
        ("instagram", "file", "application/zip", "media_type"),
    ],
)
def test_what_the_platform_does_not_take_is_refused_before_it_is_stored(
    threads, upload, post, sandbox, platform, kind, mime, code
):
    file_id = upload(FILES[mime], "a")
    answer = post(threads(platform), kind=kind, files=[{"file_id": file_id}])
    assert (answer.status_code, answer.data["code"]) == (400, code)
    assert Message.objects.count() == 0
    assert Attachment.objects.get().message is None


def test_a_file_of_another_account_is_no_file(thread, post, carla):
    theirs = Attachment.objects.create(
        user=carla, type="image", state="stored", mime="image/png", expires_at=timezone.now() + timezone.timedelta(1)
    )
    answer = post(thread, files=[{"file_id": str(theirs.id)}])
    assert (answer.status_code, answer.data["code"]) == (400, "unknown_file")
    theirs.refresh_from_db()
    assert theirs.message is None


def test_a_file_goes_with_one_message(thread, upload, post):
    file_id = upload()
    assert post(thread, files=[{"file_id": file_id}] * 2).data["details"][0]["code"] == "duplicate"
    assert post(thread, files=[{"file_id": file_id}]).status_code == 201
    answer = post(thread, files=[{"file_id": file_id}])
    assert (answer.status_code, answer.data["code"]) == (400, "file_taken")
    assert Message.objects.count() == 1


def test_the_same_request_again_answers_with_the_same_message(thread, upload, post):
    body = {"files": [{"file_id": upload()}], "client_id": "c-1"}
    first, again = post(thread, **body), post(thread, **body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["id"] == first.json()["id"]
    assert Message.objects.count() == 1


def test_a_note_keeps_its_file_to_the_team(sandbox, thread, upload, post):
    answer = post(thread, "Ojo", files=[{"file_id": upload()}], internal=True)
    assert (answer.status_code, answer.json()["internal"], answer.json()["content"]) == (201, True, "Ojo")
    assert deliver_thread(thread.id) == 0
    assert sandbox.sent() == []
    assert Attachment.objects.get().message_id == uuid.UUID(answer.json()["id"])


def test_a_sent_file_is_not_pruned_and_one_that_nobody_sent_is(thread, upload, post, storage):
    sent, unsent = upload(), upload(PDF, "a.pdf")
    post(thread, files=[{"file_id": sent}])
    Attachment.objects.filter(pk=unsent).update(expires_at=timezone.now())
    assert prune_unclaimed() == 1
    assert storage.contents == [PNG]


def test_an_upload_that_fails_is_tried_again_since_nothing_was_sent(sandbox, thread, upload, post, settings):
    post(thread, files=[{"file_id": upload()}])
    url, settings.META_GRAPH_BASE_URL = settings.META_GRAPH_BASE_URL, "http://127.0.0.1:9/nowhere"
    deliver_thread(thread.id)
    message = Message.objects.get()
    assert (message.status, message.wire_at, message.metadata["error"]["class"]) == ("queued", None, "retry")
    settings.META_GRAPH_BASE_URL = url
    Message.objects.update(next_attempt_at=timezone.now())
    deliver_thread(thread.id)
    assert arrived(sandbox) == [("[image]", [PNG])]


def test_a_file_that_meta_rejects_fails_with_its_own_words(sandbox, thread, upload, post):
    file_id = upload()
    post(thread, files=[{"file_id": file_id}])
    Attachment.objects.update(mime="application/octet-stream")  # as a rule of Meta's that we do not know would
    deliver_thread(thread.id)
    error = Message.objects.get().metadata["error"]
    assert (Message.objects.get().status, error["class"], error["code"]) == ("failed", "permanent", "100")
    assert sandbox.sent() == []


def test_a_file_that_the_storage_lost_fails_and_is_not_sent_as_a_text(sandbox, thread, upload, post):
    post(thread, "Mira", files=[{"file_id": upload()}])
    default_storage.delete(Attachment.objects.get().file)
    deliver_thread(thread.id)
    assert Message.objects.get().metadata["error"]["code"] == "no_file"
    assert sandbox.sent() == []


def test_a_public_server_gives_instagram_the_address_and_it_opens(sandbox, threads, upload, post, settings, api):
    settings.PUBLIC_URL = "https://flame.example"
    thread = threads("instagram")
    post(thread, files=[{"file_id": upload()}])
    deliver_thread(thread.id)
    url = sandbox.sent()[0]["body"]["message"]["attachment"]["payload"]["url"]
    assert url.startswith("https://flame.example/api/media/")
    assert api.get(url.removeprefix("https://flame.example")).content == PNG
