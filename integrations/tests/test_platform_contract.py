"""What every platform's adapter holds (integrations/platforms/base.py), and the sandbox as its twin.

A new platform is tested by its line in the registry and its fixtures: `_account.json`, and bodies with the events that
they say.
"""

import dataclasses
import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations import outbound
from integrations.fixtures import fixtures_of
from integrations.platforms.base import (
    UNDATED,
    Account,
    ContactChange,
    Echo,
    InboundMessage,
    OutboundMessage,
    PlatformError,
    Reachability,
    Reaction,
    Response,
    StatusUpdate,
)
from integrations.registry import OBJECTS, PLATFORMS
from integrations.sandbox.postman import SIGN
from integrations.tests import kinds
from integrations.tests.mutations import ANY_JSON, mutated

REF = "0f6b1c52-8a52-4a65-9f0e-2f6f9c1c7a11"
CONTACT = "5215550142"


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


RECEIPTS = {
    "whatsapp": [(StatusUpdate, "sent"), (StatusUpdate, "delivered"), (StatusUpdate, "read")],
    "facebook": [(Echo, "sent"), (StatusUpdate, "delivered"), (StatusUpdate, "read")],
    "instagram": [(Echo, "sent"), (StatusUpdate, "read")],
}
"""What a platform reports of a message that arrives and is read."""

CASES = {name: {path.stem: load(path) for path in sorted(fixtures_of(name).glob("[!_]*.json"))} for name in PLATFORMS}
ACCOUNTS = {name: load(fixtures_of(name) / "_account.json") for name in PLATFORMS}
BODIES = {name: [case["body"] for case in cases.values()] for name, cases in CASES.items()}

each_platform = pytest.mark.parametrize("name", PLATFORMS)
each_case = pytest.mark.parametrize(("name", "case"), [(name, case) for name in CASES for case in CASES[name]])
few = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def plain(event):
    """An event as the fixtures write it: its class and what differs from the defaults."""
    fields = {}
    for field in dataclasses.fields(event):
        value = getattr(event, field.name)
        if dataclasses.is_dataclass(value):
            value = {key: part for key, part in plain(value).items() if key != "event"}
        default = field.default_factory() if callable(field.default_factory) else field.default
        if value != default:
            fields[field.name] = value.isoformat() if isinstance(value, datetime) else value
    return json.loads(json.dumps({"event": type(event).__name__, **fields}))


def parsed(name, body):
    return [event for item in PLATFORMS[name].split(body) for event in PLATFORMS[name].parse(item.payload)]


def account(name, sandbox=None, **changes):
    url = sandbox.url if sandbox else "http://127.0.0.1:9/nowhere"
    credentials = {**ACCOUNTS[name]["credentials"], **changes}
    return Account(name, credentials, f"{url}/graph/v26.0", f"{url}/instagram/v26.0", f"{url}/telegram")


def signed(name, raw, secret="flame-test-secret"):
    return {key.lower(): value for key, value in SIGN[name](raw, secret).items()}


def send(name, sandbox, text="¿Qué tal?", to=CONTACT, reply_to="", **credentials):
    adapter, ours = PLATFORMS[name], account(name, sandbox, **credentials)
    message = OutboundMessage(to=to, text=text, client_ref=REF, reply_to=reply_to)
    return adapter.external_id(message, outbound.call(adapter.request(ours, message), ours))


# What comes in


@each_case
def test_a_body_says_what_its_fixture_expects(name, case):
    fixture = CASES[name][case]
    assert [plain(event) for event in parsed(name, fixture["body"])] == fixture["events"]


@each_case
def test_items_are_the_same_when_they_come_again_and_fit_their_columns(name, case):
    items = PLATFORMS[name].split(CASES[name][case]["body"])
    assert items == PLATFORMS[name].split(json.loads(json.dumps(CASES[name][case]["body"])))
    assert len({item.event_key for item in items}) == len(items) > 0
    for item in items:
        assert (len(item.account_key) <= 128, 0 < len(item.event_key) <= 255, len(item.conversation_key) <= 255) == (
            True,
            True,
            True,
        )
        assert PLATFORMS[name].parse(json.loads(json.dumps(item.payload))) == PLATFORMS[name].parse(item.payload)


@each_platform
@few
@given(body=ANY_JSON)
def test_splitting_never_raises(name, body):
    PLATFORMS[name].split(body)


@each_platform
@few
@given(data=st.data())
def test_a_bent_body_is_parsed_or_refused_by_value_error(name, data):
    for item in PLATFORMS[name].split(data.draw(mutated(BODIES[name]))):
        assert len(item.account_key) <= 128
        assert len(item.event_key) <= 255
        assert len(item.conversation_key) <= 255
        try:
            events = PLATFORMS[name].parse(item.payload)
        except ValueError:
            continue
        for event in events:
            holds(event)


def holds(event):
    """What the apps above rely on without looking."""
    if isinstance(event, InboundMessage | Echo):
        assert event.text.strip()
        assert event.type in ("text", "image", "file", "audio", "video")
        json.dumps(event.metadata)
    if isinstance(event, InboundMessage | Echo | Reaction | ContactChange | Reachability):
        contact = event.contact
        assert contact.external_id
        assert all(0 < len(name) <= 255 for name in (contact.external_id, *contact.aliases))
        assert len(contact.name) <= 255
        assert len(contact.phone) <= 50
        assert len(contact.language) <= 16
    if hasattr(event, "external_id"):
        assert len(event.external_id) <= 255
    if hasattr(event, "occurred_at"):
        assert event.occurred_at.tzinfo is UTC
        assert 2010 <= event.occurred_at.year < 2100 or event.occurred_at == UNDATED


@each_platform
def test_what_is_no_webhook_of_the_platform_is_ignored(name):
    for payload in ({"raw": "not json"}, {}):
        assert [type(event).__name__ for event in PLATFORMS[name].parse(payload)] == ["Ignored"]


# Who may speak for whom


@each_platform
def test_the_account_is_named_by_its_credentials(name):
    adapter = PLATFORMS[name]
    assert adapter.account_key(account(name)) == ACCOUNTS[name]["account_key"]
    assert adapter.secret(account(name)) == "flame-test-secret"
    named = adapter.named_by(signed(name, b"{}"))
    assert named == ("" if adapter.object else adapter.webhook_key(account(name)))
    assert named or adapter.object
    assert adapter.account_key(Account(name, {})) == adapter.webhook_key(Account(name, {})) == ""
    assert set(adapter.secret_fields) <= set(adapter.credential_fields)


@each_platform
def test_only_who_holds_the_secret_is_believed(name):
    adapter, raw = PLATFORMS[name], b'{"text":"\\u00bfQu\\u00e9 tal?"}'
    headers = signed(name, raw)
    assert adapter.verify(raw, headers, "flame-test-secret") is True
    assert adapter.verify(raw, headers, "another-secret") is False
    assert adapter.verify(raw, {}, "flame-test-secret") is False
    assert adapter.verify(raw, signed(name, raw, ""), "") is False
    for odd in ("", "sha256=", "sha256=zz", "ñ", "x" * 100_000):
        assert adapter.verify(raw, dict.fromkeys(headers, odd), "flame-test-secret") is False


def test_the_page_of_kinds_tells_what_the_fixtures_say():
    assert kinds.PAGE.read_text(encoding="utf-8") == kinds.page(), "run `python -m integrations.tests.kinds`"


def test_meta_bodies_are_found_by_their_object():
    assert {name: PLATFORMS[adapter.name] for name, adapter in OBJECTS.items()} == OBJECTS
    assert all(name == adapter.object != "" for name, adapter in OBJECTS.items())


# What goes out


@each_platform
def test_an_accepted_message_is_known_by_the_id_that_the_platform_gave(name, sandbox):
    external_id = send(name, sandbox)
    [sent] = sandbox.sent(name)
    assert (sent["id"], sent["text"], sent["contact"]) == (external_id, "¿Qué tal?", CONTACT)
    assert sent["account_key"] == ACCOUNTS[name]["account_key"]
    assert sent["client_ref"] == (REF if PLATFORMS[name].capabilities.echoes_ref else "")


@each_platform
@pytest.mark.parametrize("token", ["bad-token", "expired-token"])
def test_a_refused_token_asks_for_a_new_one(name, sandbox, token):
    key = next(key for key in PLATFORMS[name].secret_fields if "token" in key)
    with pytest.raises(PlatformError) as refusal:
        send(name, sandbox, **{key: token})
    assert refusal.value.error_class == "reauth"
    assert token not in str(refusal.value)
    assert sandbox.sent() == []


@each_platform
def test_missing_credentials_are_named_before_any_call(name):
    with pytest.raises(PlatformError) as refusal:
        PLATFORMS[name].request(Account(name, {}), OutboundMessage(to=CONTACT, text="x", client_ref=REF))
    assert (refusal.value.error_class, refusal.value.code) == ("reauth", "credentials")


@each_platform
@pytest.mark.parametrize("kind", ["image", "file", "audio", "video"])
def test_what_cannot_be_sent_is_refused_and_not_sent_as_something_else(name, kind):
    with pytest.raises(PlatformError) as refusal:
        PLATFORMS[name].request(account(name), OutboundMessage(to=CONTACT, text="x", client_ref=REF, type=kind))
    assert (refusal.value.error_class, refusal.value.code) == ("permanent", "no_file")


@each_platform
@pytest.mark.parametrize(
    ("fault", "error_class", "retry_after", "arrives"),
    [
        ({"status": 429, "retry_after": 7}, "rate_limited", 7.0, False),
        ({"status": 500}, "unknown", None, False),
        ({"status": 500, "accept": True}, "unknown", None, True),
        ({"status": 503}, "unknown", None, False),
        ({"status": 401}, "reauth", None, False),
        ({"accept_then_drop": True}, "unknown", None, True),
        ({"drop": True}, "unknown", None, False),
    ],
)
def test_a_fault_is_classed_by_what_may_have_happened(name, sandbox, fault, error_class, retry_after, arrives):
    sandbox.add_fault(**fault)
    with pytest.raises(PlatformError) as refusal:
        send(name, sandbox)
    assert (refusal.value.error_class, refusal.value.retry_after) == (error_class, retry_after)
    assert len(sandbox.sent()) == arrives
    send(name, sandbox, "otra vez")
    assert [sent["text"] for sent in sandbox.sent()][arrives:] == ["otra vez"]


@each_platform
def test_a_text_over_the_limit_is_permanent(name, sandbox):
    with pytest.raises(PlatformError) as refusal:
        send(name, sandbox, "x" * (PLATFORMS[name].capabilities.max_text + 1))
    assert refusal.value.error_class == "permanent"
    assert sandbox.sent() == []


@each_platform
@pytest.mark.parametrize("body", [None, "", "<html>", [], {}, {"messages": [{}]}, {"ok": True, "result": True}])
def test_an_answer_that_names_no_message_leaves_it_unknown(name, body):
    message = OutboundMessage(to=CONTACT, text="x", client_ref=REF)
    with pytest.raises(PlatformError) as refusal:
        PLATFORMS[name].external_id(message, Response(200, {}, body))
    assert refusal.value.error_class == "unknown"


@each_platform
@few
@given(body=ANY_JSON, status=st.integers(200, 599))
def test_no_answer_raises_anything_but_a_platform_error(name, body, status):
    message = OutboundMessage(to=CONTACT, text="x", client_ref=REF)
    response = Response(status, {"retry-after": "soon"}, body)
    error = None
    try:
        assert PLATFORMS[name].external_id(message, response)
    except PlatformError as refusal:
        error = refusal
    assert status < 500 or error.error_class == "unknown"


@each_platform
def test_secrets_show_in_no_repr(name):
    ours = account(name)
    request = PLATFORMS[name].request(ours, OutboundMessage(to=CONTACT, text="x", client_ref=REF))
    shown = repr(ours) + repr(request)
    assert [
        value for key, value in ours.credentials.items() if "secret" in key or "token" in key if value in shown
    ] == []


@each_platform
@few
@given(text=st.text(st.sampled_from("ab.? \n\t¿ñ😀,;"), max_size=200).map(lambda text: text * 60))
def test_a_long_text_is_cut_and_nothing_of_it_lost(name, text):
    adapter = PLATFORMS[name]
    pieces = adapter.split_text(text)
    assert all(0 < adapter.capabilities.size(piece) <= adapter.capabilities.max_text for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


# Connecting


@each_platform
def test_connecting_subscribes_and_disconnecting_undoes_it(name, sandbox, receiver):
    adapter, ours = PLATFORMS[name], account(name, sandbox)
    assert outbound.converse(adapter.check(ours, receiver.url), ours).obstacles != ()
    connected = outbound.converse(adapter.connect(ours, receiver.url), ours)
    assert connected.name
    assert connected.obstacles == ()
    assert outbound.converse(adapter.check(ours, receiver.url), ours) == connected
    assert outbound.converse(adapter.disconnect(ours), ours) is None
    assert outbound.converse(adapter.check(ours, receiver.url), ours).obstacles != ()


@each_platform
def test_connecting_with_a_refused_token_says_so(name, sandbox, receiver):
    key = next(key for key in PLATFORMS[name].secret_fields if "token" in key)
    ours = account(name, sandbox, **{key: "bad-token"})
    for exchange in (PLATFORMS[name].connect, PLATFORMS[name].check):
        with pytest.raises(PlatformError) as refusal:
            outbound.converse(exchange(ours, receiver.url), ours)
        assert refusal.value.error_class == "reauth"


# The twin


@each_platform
def test_the_sandbox_writes_what_the_adapter_believes_and_reads(name, sandbox, receiver):
    adapter, key = PLATFORMS[name], ACCOUNTS[name]["account_key"]
    sandbox.register(name, key, "flame-test-secret", receiver.url)
    [message] = sandbox.write(name, CONTACT, "¿Abren hoy?", name="Ana")
    assert message["statuses"] == [200]
    [(headers, raw)] = receiver.got
    assert adapter.verify(raw, headers, "flame-test-secret")
    [item] = adapter.split(json.loads(raw))
    [event] = adapter.parse(item.payload)
    assert isinstance(event, InboundMessage)
    assert (event.text, event.external_id) == ("¿Abren hoy?", message["id"])
    assert event.contact.name == ("" if adapter.unnamed else "Ana")
    assert CONTACT in (event.contact.external_id, *event.contact.aliases)
    assert item.account_key in (key, "")
    assert abs(event.occurred_at.timestamp() - time.time()) < 5


@each_platform
def test_receipts_climb_and_repeat_our_reference(name, sandbox, receiver):
    adapter, key = PLATFORMS[name], ACCOUNTS[name]["account_key"]
    sandbox.register(name, key, "flame-test-secret", receiver.url)
    sandbox.set_delays()
    external_id = send(name, sandbox)
    if not adapter.capabilities.receipts:
        assert [line["status"] for line in sandbox.chat(name, key, CONTACT)["lines"]] == ["sent"]
        return
    receiver.wait_for(len(RECEIPTS[name]))
    events = [event for body in receiver.bodies() for event in parsed(name, body)]
    assert [(type(event), getattr(event, "status", "sent")) for event in events] == RECEIPTS[name]
    # A watermark names no message, and then the customer.
    assert {event.external_id or event.recipient for event in events} <= {external_id, CONTACT}
    assert events[0].external_id == external_id
    assert events[0].client_ref == (REF if adapter.capabilities.echoes_ref else "")


@each_platform
def test_a_quote_reaches_the_wire(name, sandbox, receiver):
    sandbox.register(name, ACCOUNTS[name]["account_key"], "flame-test-secret", receiver.url)
    [question] = sandbox.write(name, CONTACT, "¿Abren hoy?")
    send(name, sandbox, "Sí", reply_to=question["id"])
    assert question["id"].rpartition(":")[2] in json.dumps(sandbox.sent()[0]["body"])
