"""Customers' files: from the sandbox's platforms, through the door, into the storage."""

import errno
import hashlib
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.utils import timezone

from accounts import stream
from accounts.models import Event
from conversations import downloads
from conversations.actions.attachments import claim_download, retry_download, settle_download
from conversations.actions.messages import receive_message
from conversations.downloads import FETCHERS, fetch_due, fetch_file, files_due
from conversations.file_pruning import prune_unclaimed
from conversations.models import Attachment, Conversation, Message
from conversations.payloads import message_payload
from flame.tests.files import FILES, PNG, SVG
from integrations.models import Integration
from integrations.platforms.base import Contact, InboundMessage
from integrations.tests.wire import whatsapp_value

pytestmark = pytest.mark.django_db(transaction=True)


def fetch_all():
    return [fetch_file(pk) for pk in files_due()]


def make_due():
    Attachment.objects.filter(state="pending").update(next_at=timezone.now())


def shown():
    (attachment,) = message_payload(Message.objects.get())["metadata"]["attachments"]
    return attachment


def last_event():
    event = Event.objects.order_by("seq").last()
    return event.type, event.data["message"]["metadata"]["attachments"]


@pytest.mark.parametrize(("platform", "account"), [("whatsapp", "shop"), ("telegram", "bot")])
def test_a_customers_picture_is_shown_at_once_and_stored_a_moment_later(request, phone, storage, platform, account):
    request.getfixturevalue(account)
    phone.send(platform, PNG, type="image", mime="image/png", caption="¿Tienen este?")

    message = Message.objects.get()
    assert (message.content, message.type) == ("¿Tienen este?", "image")
    waiting = shown()
    assert (waiting["state"], waiting["url"]) == ("pending", None)
    assert storage.files == []

    assert fetch_all() == [True]
    row = Attachment.objects.get()
    assert shown() == {
        "id": str(row.id),
        "type": "image",
        "mime": "image/png",
        "name": "",
        "size": len(PNG),
        "state": "stored",
        "url": f"/api/media/{row.id}",
    }
    assert storage.contents == [PNG]
    assert (row.sha256, row.user_id) == (hashlib.sha256(PNG).hexdigest(), message.conversation.user_id)
    assert last_event() == ("message.updated", [shown()])
    assert files_due() == []


def test_nothing_of_the_platforms_own_is_shown_anywhere(phone, shop, storage):
    phone.send("whatsapp", PNG, type="image", mime="image/png")
    media_id = Attachment.objects.get().source["media_id"]
    fetch_all()
    told = repr([list(Event.objects.values_list("data")), message_payload(Message.objects.get())])
    assert media_id not in told
    assert phone.sandbox.url not in told
    assert Attachment.objects.get().source == {}


def test_the_same_webhook_again_makes_no_second_file(phone, shop, storage):
    body = phone.send("whatsapp", PNG, type="image", mime="image/png")
    phone.again("whatsapp", body)
    fetch_all()
    phone.again("whatsapp", body)
    assert fetch_all() == []
    assert Attachment.objects.count() == Message.objects.count() == len(storage.files) == 1


@pytest.mark.parametrize(
    ("kind", "mime", "name", "content"),
    [
        ("audio", "audio/ogg", "", FILES["audio/ogg"]),
        ("video", "video/mp4", "", FILES["video/mp4"]),
        ("file", "application/pdf", "Menú de mayo.pdf", FILES["application/pdf"]),
    ],
)
def test_sound_film_and_documents_are_stored_byte_for_byte(phone, bot, storage, kind, mime, name, content):
    phone.send("telegram", content, type=kind, mime=mime, name=name)
    assert fetch_all() == [True]
    assert (shown()["type"], shown()["mime"], shown()["name"]) == (kind, mime, name)
    assert storage.contents == [content]


@pytest.mark.parametrize("content", [SVG, b"<html><script>alert(1)</script>", FILES["application/zip"]])
def test_a_file_that_lies_about_itself_is_kept_as_bytes_of_no_type(phone, shop, storage, content):
    phone.send("whatsapp", content, type="image", mime="image/png")
    fetch_all()
    assert (shown()["state"], shown()["mime"]) == ("stored", "application/octet-stream")


@pytest.mark.parametrize(
    ("file", "error"),
    [
        ({"fault": "redirect"}, "unsafe_url"),
        ({"fault": "endless"}, "too_large"),
        ({"size": 2_000_000}, "too_large"),
    ],
)
def test_a_file_that_cannot_be_had_fails_and_the_text_stays(phone, shop, storage, settings, file, error):
    settings.MEDIA_MAX_BYTES = 1_000_000
    phone.send("whatsapp", b"", type="image", mime="image/png", caption="Mira", **file)
    assert fetch_all() == [False]
    assert (shown()["state"], shown()["error"], shown()["url"]) == ("failed", error, None)
    assert last_event() == ("message.updated", [shown()])
    assert Message.objects.get().content == "Mira"
    assert (storage.files, files_due()) == ([], [])


def test_a_dead_link_is_asked_for_anew_and_given_up_after_the_last_try(phone, shop, storage):
    phone.send("whatsapp", PNG, type="image", mime="image/png", fault="dead")
    for attempt in range(1, 9):
        assert fetch_all() == [False]
        row = Attachment.objects.get()
        assert (row.state, row.attempts, row.error) == ("pending", attempt, "gone: The server answered 404.")
        assert row.next_at > timezone.now()
        make_due()
    assert fetch_all() == [False]
    assert (shown()["state"], shown()["error"]) == ("failed", "gone")


def test_a_refused_token_stops_the_account_and_the_file_waits_for_a_better_one(phone, shop, storage):
    phone.send("whatsapp", PNG, type="image", mime="image/png")
    shop.credentials = {**shop.credentials, "access_token": "expired-token"}
    shop.save()
    assert fetch_all() == [False]
    assert Integration.objects.get().status == "error"
    shop.credentials = {**shop.credentials, "access_token": "EAA-shop-token-0002"}
    shop.status = "active"
    shop.save()
    make_due()
    assert fetch_all() == [True]


def test_no_token_is_kept_in_a_row_a_log_or_an_event(phone, bot, storage, caplog):
    phone.send("telegram", PNG, type="image", mime="image/png", fault="dead")
    fetch_all()
    row = Attachment.objects.get()
    assert row.error == "gone: The server answered 404."
    assert "AAbot-token" not in repr([caplog.text, list(Attachment.objects.values()), list(Event.objects.values())])


def test_a_worker_that_died_after_the_download_loses_nothing_and_leaves_no_second_file(phone, shop, storage):
    """A kill -9 between the storage's write and the row's: the lease ends, and the next try clears up first."""
    phone.send("whatsapp", PNG, type="image", mime="image/png")
    (pk,) = files_due()
    row, _ = claim_download(pk)
    FileSystemStorage().save(row.file, ContentFile(PNG))
    assert (files_due(), fetch_file(pk)) == ([], False)  # while its lease lasts, nobody else has it

    make_due()
    assert fetch_all() == [True]
    assert storage.contents == [PNG]
    assert Attachment.objects.get().attempts == 2


def test_who_lost_the_claim_writes_nothing(phone, shop, storage):
    phone.send("whatsapp", PNG, type="image", mime="image/png")
    (pk,) = files_due()
    late, _ = claim_download(pk)
    make_due()
    assert fetch_all() == [True]
    before = list(Event.objects.values_list("seq", flat=True))
    assert settle_download(late, state="failed", file="") is False
    assert retry_download(late, "late", timezone.now()) is False
    assert (shown()["state"], storage.contents) == ("stored", [PNG])
    assert list(Event.objects.values_list("seq", flat=True)) == before


def test_a_full_disk_is_tried_again_and_the_text_does_not_mind(phone, shop, storage, monkeypatch):
    def full(self, name, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    phone.send("whatsapp", PNG, type="image", mime="image/png", caption="Mira")
    with monkeypatch.context() as disk:
        disk.setattr(FileSystemStorage, "_save", full)
        assert fetch_all() == [False]
    assert Attachment.objects.get().error.startswith("storage:")
    assert (shown()["state"], Message.objects.get().content) == ("pending", "Mira")
    make_due()
    assert fetch_all() == [True]
    assert storage.contents == [PNG]


def test_a_deleted_thread_takes_its_files_along(phone, shop, storage, client_of, ana):
    phone.send("whatsapp", PNG, type="image", mime="image/png")
    fetch_all()
    row = Attachment.objects.get()
    conversation = Conversation.objects.get()
    assert client_of(ana).delete(f"/api/conversations/{conversation.id}").status_code == 204
    assert client_of(ana).get(f"/api/media/{row.id}").status_code == 404
    assert prune_unclaimed() == 1
    assert (storage.files, Attachment.objects.count()) == ([], 0)


def test_a_thread_that_is_deleted_during_the_download_leaves_no_file(phone, shop, storage, monkeypatch):
    phone.send("whatsapp", PNG, type="image", mime="image/png", delay=0)
    real = FileSystemStorage._save

    def deleted_meanwhile(self, name, content):
        Conversation.objects.get().delete()
        prune_unclaimed()
        return real(self, name, content)

    monkeypatch.setattr(FileSystemStorage, "_save", deleted_meanwhile)
    fetch_all()
    assert (storage.files, Attachment.objects.count()) == ([], 0)


def test_a_deleted_account_takes_its_files_along(phone, shop, storage, ana):
    phone.send("whatsapp", PNG, type="image", mime="image/png")
    fetch_all()
    ana.delete()
    assert prune_unclaimed() == 1
    assert (storage.files, Attachment.objects.count()) == ([], 0)


def test_what_the_customer_takes_back_is_gone_with_its_file(phone, shop, storage, wire):
    phone.send("whatsapp", PNG, type="image", mime="image/png")
    fetch_all()
    message = Message.objects.get()
    revoke = {"from": "5215559999", "id": "wamid.R", "timestamp": "1790416900", "type": "revoke"}
    wire.whatsapp(whatsapp_value({"messages": [{**revoke, "revoke": {"original_message_id": message.external_id}}]}))
    assert "attachments" not in message_payload(Message.objects.get())["metadata"]
    assert prune_unclaimed() == 1
    assert storage.files == []


def test_a_story_that_may_not_be_kept_stays_a_link(shop, storage):
    story = {"type": "image", "url": "https://cdn.example/story", "link_only": True}
    with stream.gathered():
        inbound = InboundMessage(
            Contact("5215559999"), "wamid.S", "[historia]", timezone.now(), metadata={"attachments": [story]}
        )
        receive_message(shop, inbound)
    assert shown() == {"type": "image", "state": "linked", "url": "https://cdn.example/story"}
    assert (Attachment.objects.count(), files_due()) == (0, [])


def test_a_message_that_names_no_file_and_one_of_an_odd_type_bring_down_nothing(shop, storage):
    files = [{"type": "image"}, {"type": "hologram", "media_id": "1", "size": -1, "name": "a/../\u202eb\n.exe"}]
    with stream.gathered():
        inbound = InboundMessage(
            Contact("5215559999"), "wamid.S", "[imagen]", timezone.now(), metadata={"attachments": files}
        )
        receive_message(shop, inbound)
    assert [(row.type, row.size, row.name) for row in Attachment.objects.all()] == [
        ("image", None, ""),
        ("file", None, "b.exe"),
    ]
    assert fetch_due() == 0
    assert [row.error for row in Attachment.objects.filter(position=0)] == ["no_file: The platform named no file."]


def test_slow_links_hold_up_no_more_than_their_own_threads(phone, shop, storage):
    phone.send("whatsapp", PNG, type="image", mime="image/png")
    for _ in range(FETCHERS):
        assert downloads._fetchers.acquire(blocking=False)
    try:
        assert fetch_due() == 0
    finally:
        downloads._fetchers.release(FETCHERS)
    assert fetch_due() == 1


def test_pruning_leaves_what_somebody_has_or_may_still_send(phone, shop, storage, ana):
    phone.send("whatsapp", PNG, type="image", mime="image/png")
    fetch_all()
    now = timezone.now()
    Attachment.objects.create(user=ana, type="image", state="stored", expires_at=now + timedelta(hours=1))
    Attachment.objects.create(user=ana, type="image", state="stored", expires_at=now - timedelta(seconds=1))
    assert prune_unclaimed() == 1
    assert (Attachment.objects.count(), storage.contents) == (2, [PNG])
