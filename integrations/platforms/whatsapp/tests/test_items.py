from integrations.platforms.whatsapp.items import split
from integrations.platforms.whatsapp.payloads import parse

METADATA = {"display_phone_number": "15550100", "phone_number_id": "3300001"}


def body(value, field="messages", entry="4400001"):
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": entry, "changes": [{"field": field, "value": value}]}],
    }


def text(n=1, **fields):
    return {"id": f"wamid.{n}", "timestamp": "1790416800", "type": "text", "text": {"body": "Hola"}, **fields}


def messages(*messages, contacts=(), **value):
    return split(body({"metadata": METADATA, "messages": list(messages), "contacts": list(contacts), **value}))


def test_each_item_carries_only_its_own_contact():
    ana, luis = ({"wa_id": number, "profile": {"name": name}} for number, name in (("521", "Ana"), ("549", "Luis")))
    first, second = messages(text(1, **{"from": "549"}), text(2, **{"from": "521"}), contacts=[ana, luis])
    assert (first.payload["contact"], second.payload["contact"]) == (luis, ana)
    assert (first.conversation_key, second.conversation_key) == ("549", "521")
    assert first.payload["metadata"] == METADATA


def test_the_only_contact_belongs_even_if_its_number_is_written_otherwise():
    [item] = messages(text(**{"from": "5215550142"}), contacts=[{"wa_id": "525550142", "profile": {"name": "Ana"}}])
    [event] = parse(item.payload)
    assert (event.contact.external_id, event.contact.aliases) == ("5215550142", ("525550142",))
    assert event.contact.name == "Ana"


def test_a_stranger_s_contact_is_not_taken():
    [item] = messages(text(**{"from": "521"}), contacts=[{"wa_id": "1"}, {"wa_id": "2"}])
    assert item.payload["contact"] == {}


def test_message_and_receipt_of_one_customer_share_a_lane():
    ids = {"from": "521", "from_user_id": "MX.1"}
    status = {"id": "wamid.9", "status": "failed", "timestamp": "1790416800", "recipient_id": "521"}
    reply, receipt = messages(text(**ids), statuses=[status])
    assert reply.conversation_key == receipt.conversation_key == "521"
    [by_name] = messages(text(from_user_id="MX.1"))
    assert by_name.conversation_key == "MX.1"


def test_each_status_of_a_message_is_an_item_of_its_own():
    statuses = [{"id": "wamid.9", "status": status} for status in ("sent", "delivered", "read")]
    items = split(body({"metadata": METADATA, "statuses": statuses}))
    assert [item.event_key for item in items] == ["s:wamid.9:sent", "s:wamid.9:delivered", "s:wamid.9:read"]


def test_an_event_of_the_whole_account_is_keyed_by_the_entry():
    [item] = split(body({"event": "ACCOUNT_RESTRICTION"}, field="account_update"))
    assert (item.account_key, item.conversation_key, item.event_key[:2]) == ("4400001", "", "x:")


def test_what_has_no_shape_is_kept_as_an_item():
    odd = {"entry": [None, {"id": "7"}, {"id": "7", "changes": [None, {"value": {"messages": [None, 7]}}]}]}
    items = split(odd)
    assert len(items) == 5
    assert len({item.event_key for item in items}) == 5


def test_an_id_that_does_not_fit_is_keyed_by_digest_and_refused_by_the_parser():
    [item] = messages(text(**{"from": "521", "id": "w" * 300}))
    assert (item.event_key[:2], len(item.event_key)) == ("x:", 66)
