"""What Messenger and Instagram do to a thread: watermarks, echoes without our id, names that are asked for."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Event
from assistants.models import Assistant
from conversations.models import Conversation, Message
from conversations.profiles import look_up
from integrations.models import InboundEvent
from integrations.tests.wire import meta_body

pytestmark = pytest.mark.django_db(transaction=True)
T0 = datetime(2026, 9, 26, 10, 0, tzinfo=UTC)


@pytest.fixture(params=["facebook", "instagram"])
def account(request):
    return request.getfixturevalue({"facebook": "page", "instagram": "insta"}[request.param])


@pytest.fixture
def answered_account(account, ana):
    account.default_assistant = Assistant.objects.create(user=ana, name="Flama", type="ai")
    account.save()
    return account


def says(text, mid="m_in1", **fields):
    return {"message": {"mid": mid, "text": text, **fields}}


def echo(text, mid="m_out1", **fields):
    return says(text, mid, is_echo=True, **fields)


def ms(moment):
    return int(moment.timestamp() * 1000)


def ours(conversation, **fields):
    conversation.last_sequence += 1
    conversation.save()
    defaults = {"sender": "assistant", "content": "Abrimos a las 9", "status": "sent", "sent_at": T0, "wire_at": T0}
    return Message.objects.create(
        conversation=conversation,
        integration=conversation.integration,
        sequence=conversation.last_sequence,
        **{**defaults, **fields},
    )


def statuses():
    return dict(Message.objects.exclude(sender="user").order_by("sequence").values_list("content", "status"))


def test_a_first_message_opens_a_thread_under_a_neutral_name(wire, account):
    wire.meta(account, says("Hola"))
    conversation = Conversation.objects.get()
    assert (conversation.contact_external_id, conversation.contact_name) == (
        "5123",
        {"facebook": "Cliente de Messenger", "instagram": "Cliente de Instagram"}[account.platform],
    )
    assert conversation.messages.get().external_id == "m_in1"


def test_a_body_at_the_other_products_address_is_for_the_account_that_it_names(wire, page, insta):
    wire.post("instagram", meta_body(page, says("Por la página")))
    wire.post("facebook", meta_body(insta, says("Por Instagram")))
    assert list(InboundEvent.objects.order_by("id").values_list("platform", "account_key")) == [
        ("facebook", "3003"),
        ("instagram", "17841"),
    ]


def test_a_watermark_holds_for_what_the_platform_has_and_was_sent_by_then(wire, page):
    wire.meta(page, says("Hola"))
    thread = Conversation.objects.get()
    # Meta dates a message before its answer reaches us.
    ours(thread, content="a", wire_at=T0, sent_at=T0 + timedelta(seconds=1))
    ours(thread, content="native", wire_at=None, sent_at=T0)
    ours(thread, content="in doubt", status="sending", sent_at=None)
    ours(thread, content="later", wire_at=T0 + timedelta(seconds=2), sent_at=T0 + timedelta(seconds=3))
    wire.meta(page, {"delivery": {"mids": ["m_x"], "watermark": ms(T0)}}, at=None)
    assert statuses() == {"a": "delivered", "native": "delivered", "in doubt": "sending", "later": "sent"}
    wire.meta(page, {"read": {"watermark": ms(T0 + timedelta(seconds=2))}})
    assert statuses() == {"a": "read", "native": "read", "in doubt": "sending", "later": "read"}


def test_instagrams_read_holds_for_its_message_and_those_before(wire, insta):
    wire.meta(insta, says("Hola"))
    thread = Conversation.objects.get()
    for number in (1, 2, 3):
        ours(thread, content=f"{number}", external_id=f"m_out{number}")
    wire.meta(insta, {"read": {"mid": "m_out2"}})
    assert statuses() == {"1": "read", "2": "read", "3": "sent"}


def test_an_echo_of_what_we_sent_only_confirms_it(wire, account):
    wire.meta(account, says("Hola"))
    ours(Conversation.objects.get(), external_id="m_out1")
    wire.meta(account, echo("Abrimos a las 9"), echo=True)
    assert statuses() == {"Abrimos a las 9": "sent"}
    assert Conversation.objects.get().ai_state == "ai"


def test_an_echo_that_overtakes_the_answer_finds_its_message(wire, account):
    """By our id on Messenger, by its words on Instagram, which repeats no id."""
    wire.meta(account, says("Hola"))
    message = ours(Conversation.objects.get(), status="sending", sent_at=None)
    reference = {"metadata": str(message.pk)} if account.platform == "facebook" else {}
    wire.meta(account, echo("Abrimos a las 9", **reference), echo=True)
    message.refresh_from_db()
    assert (message.status, message.external_id, Message.objects.count()) == ("sent", "m_out1", 2)
    assert Conversation.objects.get().ai_state == "ai"


@pytest.mark.parametrize("channel", ["messaging", "standby"])
def test_an_echo_that_is_not_ours_is_an_agents_and_silences_the_assistant(wire, account, channel):
    wire.meta(account, says("Hola"))
    ours(Conversation.objects.get(), content="otra cosa", status="sending", sent_at=None)
    wire.meta(account, echo("Te respondo yo"), echo=True, channel=channel)
    message = Message.objects.get(external_id="m_out1")
    assert (message.sender, message.status, message.metadata["native"]) == ("agent", "sent", True)
    assert Conversation.objects.get().ai_state == "human"


def test_what_another_app_answers_is_stored_and_not_answered(wire, answered_account):
    account = answered_account
    wire.meta(account, says("Hola"), channel="standby")
    conversation = Conversation.objects.get()
    assert (conversation.last_message, conversation.answer_due_at) == ("Hola", None)
    wire.meta(account, says("¿Y ahora?", "m_in2"))
    conversation.refresh_from_db()
    assert conversation.answer_due_at is not None


def test_a_link_that_was_followed_is_shown_and_opens_no_window(wire, answered_account):
    account = answered_account
    wire.meta(account, {"referral": {"ref": "promo7", "source": "SHORTLINK", "type": "OPEN_THREAD"}})
    conversation = Conversation.objects.get()
    assert (conversation.last_message, conversation.last_inbound_at, conversation.answer_due_at) == (
        "[llegó por un enlace] promo7",
        None,
        None,
    )


def test_an_unsent_message_is_blanked_although_its_id_came_before(wire, account):
    wire.meta(account, says("Mi clave es 1234"))
    wire.meta(account, {"message": {"mid": "m_in1", "is_deleted": True}})
    assert Message.objects.get().content == "[mensaje eliminado]"


def test_a_name_is_asked_for_and_announced(wire, sandbox, account):
    sandbox.register(account.platform, account.account_key, "shop-app-secret", "http://127.0.0.1:9/nowhere")
    sandbox.write(account.platform, "5123", "Hola", name="Eva Ruiz", account_key=account.account_key)
    wire.meta(account, says("Hola"))
    conversation = Conversation.objects.get()
    assert look_up(conversation.pk) is True
    conversation.refresh_from_db()
    assert conversation.contact_name == "Eva Ruiz"
    last = Event.objects.order_by("-seq").first()
    assert (last.type, last.data["conversation"]["contact_name"]) == ("conversation.updated", "Eva Ruiz")
    assert look_up(conversation.pk) is False


def test_a_refused_profile_leaves_the_neutral_name(wire, sandbox, account):
    wire.meta(account, says("Hola"))
    before = Event.objects.count()
    conversation = Conversation.objects.get()
    assert look_up(conversation.pk) is False
    conversation.refresh_from_db()
    assert (conversation.contact_name.startswith("Cliente de "), Event.objects.count()) == (True, before)


def test_a_name_that_a_person_gave_is_not_asked_for(wire, sandbox, account):
    wire.meta(account, says("Hola"))
    Conversation.objects.update(contact_name="Evita")
    assert look_up(Conversation.objects.get().pk) is False
    assert Conversation.objects.get().contact_name == "Evita"


def test_a_message_without_a_time_is_from_when_it_came(wire, page):
    started = timezone.now()
    wire.meta(page, {"message": {"text": "Rojo", "quick_reply": {"payload": "RED"}}}, at=None)
    message = Message.objects.get()
    assert started <= message.occurred_at <= timezone.now()
    assert (message.content, message.metadata) == ("Rojo", {"payload": "RED"})


def test_a_reaction_opens_messengers_window_and_not_instagrams(wire, account):
    wire.meta(account, says("Hola"))
    Conversation.objects.update(window_expires_at=T0, last_inbound_at=T0)
    wire.meta(account, {"reaction": {"mid": "m_in1", "action": "react", "emoji": "❤"}}, at=ms(timezone.now()))
    opened = Conversation.objects.get().window_expires_at > timezone.now()
    assert opened == (account.platform == "facebook")
