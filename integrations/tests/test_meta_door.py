"""Messenger and Instagram at the door: three addresses, one handshake, and each account's own secret."""

import pytest
from asgiref.sync import sync_to_async

from accounts.models import Notice
from integrations.models import InboundEvent, Integration
from integrations.tests.wire import meta_body, post, request
from integrations.webhooks import Webhooks

pytestmark = pytest.mark.django_db(transaction=True)
HELLO = {"message": {"mid": "m_1", "text": "Hola"}}


def stored():
    return list(InboundEvent.objects.order_by("id").values_list("platform", "account_key", "event_key"))


@pytest.mark.parametrize("address", ["whatsapp", "facebook", "instagram"])
async def test_each_of_metas_addresses_answers_the_handshake_of_any_account(page, address):
    query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=shop-verify-token"
    assert await request(Webhooks(), "GET", address, query=query) == (200, "1158201444")
    assert (await request(Webhooks(), "GET", address, query=query.replace("shop", "another")))[0] == 403


@pytest.mark.parametrize("address", ["whatsapp", "facebook", "instagram"])
async def test_a_body_is_for_the_product_that_it_names_whatever_the_address(page, insta, address):
    assert await post(Webhooks(), address, meta_body(page, HELLO)) == (200, "OK")
    assert await post(Webhooks(), address, meta_body(insta, HELLO)) == (200, "OK")
    assert await sync_to_async(stored)() == [("facebook", "3003", "m:m_1"), ("instagram", "17841", "m:m_1")]


async def test_an_account_that_signed_in_is_believed_by_its_own_secret_only(page, insta):
    insta.credentials = {**insta.credentials, "instagram_app_secret": "instagram-secret", "app_secret": "page-secret"}
    await sync_to_async(insta.save)()
    for secret in ("page-secret", "shop-app-secret"):
        status, _ = await post(Webhooks(), "instagram", meta_body(insta, HELLO), secret=secret)
        assert status == 403
    assert await sync_to_async(stored)() == []
    assert (await post(Webhooks(), "instagram", meta_body(insta, HELLO), secret="instagram-secret"))[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        {"object": "page", "entry": []},
        {"object": "page", "entry": [{}]},
        {"object": "page", "entry": [{"id": "0", "changes": [{"field": "feed", "value": {}}]}]},
        {"object": "page", "entry": [{"id": "404404", "messaging": [HELLO]}]},
    ],
)
async def test_what_our_app_says_of_nobody_we_know_is_taken_and_not_kept(page, body):
    assert await post(Webhooks(), "facebook", body) == (200, "OK")
    assert (await post(Webhooks(), "facebook", body, secret="another"))[0] == 403
    assert (await post(Webhooks(), "facebook", body, headers={}))[0] == 403
    assert await sync_to_async(stored)() == []


async def test_an_app_of_ours_does_not_speak_for_an_account_that_has_another(page, insta, carla):
    theirs = {**page.credentials, "page_id": "4004", "app_secret": "carlas-app-secret"}
    await Integration.objects.acreate(user=carla, platform="facebook", status="active", credentials=theirs)
    for account, secret in ((page, "carlas-app-secret"), (insta, "carlas-app-secret")):
        assert (await post(Webhooks(), "facebook", meta_body(account, HELLO), secret=secret))[0] == 403
    assert await sync_to_async(stored)() == []


async def test_a_message_and_its_unsending_are_two_events_and_a_repetition_none(page):
    for part in (HELLO, HELLO, {"message": {"mid": "m_1", "is_deleted": True}}):
        assert (await post(Webhooks(), "facebook", meta_body(page, part)))[0] == 200
    assert [key for *_, key in await sync_to_async(stored)()] == ["m:m_1", "d:m_1"]


def test_an_account_that_meta_blocks_is_its_owners_to_look_after(wire, page):
    wire.meta(page, {"policy_enforcement": {"action": "warning", "reason": "Spam"}})
    assert (Integration.objects.get().status, Notice.objects.count()) == ("active", 0)
    wire.meta(page, {"policy_enforcement": {"action": "block", "reason": "Spam"}})
    blocked = Integration.objects.get()
    assert (blocked.status, blocked.error) == ("error", "Meta: policy_enforcement, action=block, reason=Spam")
    assert Notice.objects.count() == 1
    assert set(InboundEvent.objects.values_list("state", flat=True)) == {"ignored"}


def test_all_numbers_of_a_blocked_business_account_fall_and_a_restored_one_changes_nothing(wire, shop):
    second = {**shop.credentials, "phone_number_id": "2008"}
    Integration.objects.create(user=shop.user, platform="whatsapp", status="active", credentials=second)
    for state in ("REINSTATE", "SCHEDULE_FOR_DISABLE"):
        told = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": state}}
        wire.whatsapp({"field": "account_update", "value": told})
    assert set(Integration.objects.values_list("status", flat=True)) == {"active"}
    told = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}
    wire.whatsapp({"field": "account_update", "value": told})
    reason = "WhatsApp account_update: event DISABLED_UPDATE, waba_ban_state DISABLE"
    assert list(Integration.objects.values_list("status", "error")) == [("error", reason)] * 2
    assert set(InboundEvent.objects.values_list("state", flat=True)) == {"ignored"}
