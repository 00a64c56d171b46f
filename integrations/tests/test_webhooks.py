import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from integrations.inbox import database
from integrations.models import InboundEvent, Integration
from integrations.signing import forget
from integrations.tests.wire import (
    exchange,
    post,
    request,
    signature,
    telegram_text,
    whatsapp_body,
    whatsapp_status,
    whatsapp_text,
)
from integrations.webhooks import MAX_BODY, Webhooks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def door():
    return Webhooks()


def stored():
    return list(InboundEvent.objects.order_by("id").values_list("platform", "account_key", "event_key", "state"))


def handshake(token, challenge="1158201444", mode="subscribe"):
    return f"hub.mode={mode}&hub.challenge={challenge}&hub.verify_token={token}"


async def test_handshake_echoes_the_challenge_for_a_known_verify_token(door, shop):
    assert await request(door, "GET", "whatsapp", query=handshake("shop-verify-token")) == (200, "1158201444")


@pytest.mark.parametrize(
    "query",
    [
        handshake("wrong"),
        handshake(""),
        handshake("shop-verify-token", mode="unsubscribe"),
        handshake("shop-verify-token", challenge="1" * 257),
        "",
    ],
)
async def test_handshake_is_refused_otherwise(door, shop, query):
    assert await request(door, "GET", "whatsapp", query=query) == (403, "invalid_verify_token")


async def test_each_item_of_a_batch_is_stored_before_the_answer(door, shop):
    body = whatsapp_body(
        whatsapp_text("uno", message_id="wamid.A"),
        whatsapp_text("dos", message_id="wamid.B", contact="5215558888"),
        whatsapp_status("wamid.OUT1", "delivered"),
    )
    assert await post(door, "whatsapp", body) == (200, "OK")
    assert await sync_to_async(stored)() == [
        ("whatsapp", "2007", "m:wamid.A", "pending"),
        ("whatsapp", "2007", "m:wamid.B", "pending"),
        ("whatsapp", "2007", "s:wamid.OUT1:delivered", "pending"),
    ]


async def test_the_same_body_fifty_times_is_stored_once(door, shop):
    body = whatsapp_body(whatsapp_text(message_id="wamid.A"), whatsapp_status("wamid.OUT1", "read"))
    for _ in range(3):
        answers = await asyncio.gather(*(post(door, "whatsapp", body) for _ in range(16)))
        assert set(answers) == {(200, "OK")}
    assert await post(door, "whatsapp", body) == (200, "OK")
    assert await post(Webhooks(), "whatsapp", body) == (200, "OK")
    assert len(await sync_to_async(stored)()) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-hub-signature-256": "sha256=" + "0" * 64},
        {"x-hub-signature-256": "sha256="},
        {"x-hub-signature-256": "nonsense"},
        {"x-hub-signature": "sha1=" + "0" * 40},
        {"x-hub-signature-256": "sha256=ñ"},
    ],
)
async def test_a_missing_or_wrong_signature_stores_nothing(door, shop, headers):
    assert await post(door, "whatsapp", whatsapp_body(whatsapp_text()), headers) == (403, "invalid_signature")
    assert await sync_to_async(stored)() == []


async def test_the_signature_is_of_the_raw_bytes(door, shop):
    raw = json.dumps(whatsapp_body(whatsapp_text("¿Qué tal?")), indent=1).encode()
    other = json.dumps(whatsapp_body(whatsapp_text("¿Qué tal?"))).encode()
    assert await post(door, "whatsapp", raw, signature(other)) == (403, "invalid_signature")
    assert await post(door, "whatsapp", raw, signature(raw)) == (200, "OK")


async def test_an_account_signed_by_anothers_secret_is_ignored_beside_its_own(door, shop, carla):
    theirs = {"phone_number_id": "3003", "app_secret": "other-secret", "access_token": "t"}
    await sync_to_async(Integration.objects.create)(
        user=carla, platform="whatsapp", status="active", credentials=theirs
    )
    body = whatsapp_body(
        whatsapp_text(message_id="wamid.A"), whatsapp_text(message_id="wamid.B", phone_number_id="3003")
    )
    assert await post(door, "whatsapp", body) == (200, "OK")
    assert [row[2] for row in await sync_to_async(stored)()] == ["m:wamid.A"]
    only_theirs = whatsapp_body(whatsapp_text(phone_number_id="3003"))
    assert await post(door, "whatsapp", only_theirs) == (403, "invalid_signature")


async def test_a_row_that_never_connected_cannot_sign_for_a_connected_account(door, shop, carla):
    claim = {"phone_number_id": "2007", "app_secret": "thief-secret", "access_token": "t"}
    await sync_to_async(Integration.objects.create)(user=carla, platform="whatsapp", credentials=claim)
    body = whatsapp_body(whatsapp_text())
    assert await post(door, "whatsapp", body, secret="thief-secret") == (403, "invalid_signature")
    assert await post(door, "whatsapp", body) == (200, "OK")


async def test_an_unknown_account_is_stored_when_the_environments_secret_signed(door, db, settings):
    settings.PLATFORM_DEFAULTS = {**settings.PLATFORM_DEFAULTS, "whatsapp": {"app_secret": "env-secret"}}
    body = whatsapp_body(whatsapp_text(message_id="wamid.A", phone_number_id="9999"))
    assert await post(door, "whatsapp", body, secret="env-secret") == (200, "OK")
    assert await sync_to_async(stored)() == [("whatsapp", "9999", "m:wamid.A", "pending")]


async def test_an_event_of_the_business_account_is_signed_by_its_numbers_secret(door, shop):
    change = {"field": "account_alerts", "value": {"alert_type": "OBA_APPROVED"}}
    assert await post(door, "whatsapp", whatsapp_body(change, waba="1009")) == (200, "OK")
    assert await post(door, "whatsapp", whatsapp_body(change, waba="4444")) == (200, "OK")  # of nobody here: not kept
    assert [row[:2] for row in await sync_to_async(stored)()] == [("whatsapp", "1009")]


async def test_without_any_secret_the_door_stays_closed(door, db):
    body = whatsapp_body(whatsapp_text(phone_number_id="9999"))
    assert await post(door, "whatsapp", body, secret="") == (403, "invalid_signature")
    assert await sync_to_async(stored)() == []


async def test_a_rotated_secret_is_taken_at_once(door, shop):
    body = whatsapp_body(whatsapp_text())
    assert (await post(door, "whatsapp", body))[0] == 200
    shop.credentials = {**shop.credentials, "app_secret": "rotated-secret"}
    await sync_to_async(shop.save)()
    assert (await post(door, "whatsapp", whatsapp_body(whatsapp_text()), secret="rotated-secret"))[0] == 200


async def test_telegram_is_known_by_its_secret(door, bot):
    secret = {"x-telegram-bot-api-secret-token": "bot-webhook-secret"}
    assert await post(door, "telegram", telegram_text(update_id=90001), secret) == (200, "OK")
    assert await post(door, "telegram", telegram_text(update_id=90001), secret) == (200, "OK")
    assert await post(door, "telegram", telegram_text(), {"x-telegram-bot-api-secret-token": "x"}) == (
        403,
        "invalid_signature",
    )
    assert await post(door, "telegram", telegram_text(), {}) == (403, "invalid_signature")
    assert await sync_to_async(stored)() == [("telegram", "7001", "u:90001", "pending")]


@pytest.mark.parametrize(
    "raw", [b"", b"not json", b"\xff\xfe", b"[" * 100_000, b'{"object":' + b'{"a":' * 40 + b"1" + b"}" * 41]
)
async def test_signed_garbage_is_kept_and_answered_with_200(door, db, settings, raw):
    settings.PLATFORM_DEFAULTS = {**settings.PLATFORM_DEFAULTS, "whatsapp": {"app_secret": "env-secret"}}
    assert await post(door, "whatsapp", raw, signature(raw, "env-secret")) == (200, "OK")
    assert [row[3] for row in await sync_to_async(stored)()] == ["pending"]


async def test_nul_and_lone_surrogates_are_stored_without_them(door, shop):
    raw = json.dumps(whatsapp_body(whatsapp_text("a\x00b\ud83dc", message_id="wamid.A"))).encode()
    assert await post(door, "whatsapp", raw) == (200, "OK")
    event = await InboundEvent.objects.aget()
    assert event.payload["message"]["text"]["body"] == "ab\ufffdc"


async def test_a_body_over_three_megabytes_is_refused(door, shop):
    assert await post(door, "whatsapp", b" " * (MAX_BODY + 1)) == (413, "payload_too_large")
    assert await sync_to_async(stored)() == []


async def test_other_methods_and_platforms_are_refused(door, db):
    assert await request(door, "PUT", "whatsapp") == (405, "method_not_allowed")
    assert await post(door, "myspace", {}) == (404, "not_found")
    assert await sync_to_async(stored)() == []


async def test_a_refusal_has_the_one_shape_in_the_caller_s_language(door, db):
    said = {"x-request-id": "abc-1", "accept-language": "en-GB,en;q=0.9"}
    status, headers, body = await exchange(door, "PUT", "telegram", headers=said)
    assert (status, headers["allow"], headers["x-request-id"]) == (405, "POST", "abc-1")
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {
        "error": "This method is not allowed here.",
        "code": "method_not_allowed",
        "details": [],
        "request_id": "abc-1",
    }
    status, headers, body = await exchange(door, "POST", "whatsapp", raw=b"{}")
    assert json.loads(body)["error"] == "Falta la firma, o no es correcta."
    assert json.loads(body)["request_id"] == headers["x-request-id"] != ""
    assert (await exchange(door, "HEAD", "telegram"))[2] == b""


async def test_an_error_of_ours_is_told_as_one_and_is_no_2xx(door, shop, monkeypatch):
    monkeypatch.setattr(door.inbox, "store", None)
    assert await post(door, "whatsapp", whatsapp_body(whatsapp_text())) == (500, "server_error")
    assert await sync_to_async(stored)() == []


async def test_the_door_opens_again_after_its_connection_was_cut(door, shop):
    """With no signer in the cache, reading one is the first that meets the dead connection."""
    assert (await post(door, "whatsapp", whatsapp_body(whatsapp_text("uno"))))[0] == 200
    for check in (post(door, "whatsapp", whatsapp_body(whatsapp_text("dos"))), handshake_of(door)):
        await asyncio.wrap_future(database.submit(lambda: connection.connection and connection.connection.close()))
        forget()
        assert (await check)[0] == 200
    assert await sync_to_async(InboundEvent.objects.count)() == 2


async def handshake_of(door):
    return await request(door, "GET", "whatsapp", query=handshake("shop-verify-token"))
