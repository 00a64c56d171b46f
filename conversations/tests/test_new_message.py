"""What is checked before a message is stored."""

import pytest

from conversations.actions.messages import Outgoing, queue_reply
from conversations.delivery import deliver_thread
from conversations.models import Message
from integrations.tests.wire import whatsapp_text

pytestmark = pytest.mark.django_db(transaction=True)

CHOICES = [{"id": "si", "title": "Sí"}, {"id": "no", "title": "No"}]


@pytest.fixture
def post(client_of, ana):
    api = client_of(ana)

    def send(thread, content="Hola", **metadata):
        body = {"content": content, "metadata": metadata}
        return api.post(f"/api/conversations/{thread.id}/messages", body, format="json")

    return send


def newest():
    return Message.objects.filter(sender="user").order_by("-sequence")[0]


@pytest.mark.parametrize(
    ("metadata", "field", "code"),
    [
        ({"choices": []}, "metadata.choices", "min_length"),
        ({"choices": [{"id": "a"}]}, "metadata.choices.0.title", "required"),
        ({"choices": [*CHOICES, {"id": "si", "title": "Otra"}]}, "metadata.choices", "duplicate"),
        ({"choices": [*CHOICES, {"id": "x", "title": "No"}]}, "metadata.choices", "duplicate"),
        ({"template": {"name": "bienvenida"}}, "metadata.template.language", "required"),
        ({"template": {"name": "a", "language": "es"}, "choices": CHOICES}, "metadata.choices", "invalid"),
        ({"error": {"class": "unknown"}}, "metadata.error", "invalid"),
        ({"reply_to": 7}, None, "unknown_message"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(post, thread, metadata, field, code):
    answer = post(thread, **metadata)
    assert answer.status_code == 400
    assert answer.data["details"][0]["field"] == (field or "metadata.reply_to")
    assert answer.data["details"][0]["code"] == code
    assert Message.objects.count() == 0


def test_marks_in_a_text_are_refused_where_they_would_be_shown(post, thread, chat):
    answer = post(thread, "<b>Hola</b>", format="html")
    assert (answer.status_code, answer.data["code"]) == (400, "format_unsupported")
    assert post(chat, "<b>Hola</b>", format="html").status_code == 201


def test_a_template_is_refused_where_the_platform_has_none(post, chat):
    answer = post(chat, template={"name": "bienvenida", "language": "es"})
    assert (answer.status_code, answer.data["code"]) == (400, "templates_unsupported")
    assert Message.objects.count() == 0


def test_only_a_template_needs_no_text_of_its_own(post, thread):
    template = {"name": "bienvenida", "language": "es", "parameters": ["Eva"]}
    answer = post(thread, "", template=template)
    assert (answer.status_code, answer.data["content"]) == (201, "[plantilla bienvenida] Eva")
    assert answer.data["metadata"] == {"template": template}
    assert post(thread, " ").status_code == 400
    assert Message.objects.count() == 1


def test_an_answer_names_its_message_by_our_id_or_the_platforms(sandbox, wire, shop, post):
    wire.whatsapp(whatsapp_text("¿Abren hoy?", message_id="wamid.ASK"))
    question = Message.objects.get()
    for name in (str(question.id), "wamid.ASK"):
        answer = post(question.conversation, "Sí", reply_to=name)
        assert (answer.status_code, answer.data["metadata"]) == (201, {"reply_to": "wamid.ASK"})
    deliver_thread(question.conversation_id)
    assert [sent["body"]["context"] for sent in sandbox.sent()] == [{"message_id": "wamid.ASK"}] * 2


def test_an_answer_to_a_message_of_another_thread_is_refused(post, shop, thread_of, thread):
    other = thread_of(shop, "5215550000002")
    foreign = Message.objects.create(conversation=other, sequence=1, content="x", sender="user", external_id="wamid.X")
    for name in (str(foreign.id), "wamid.X"):
        answer = post(thread, reply_to=name)
        assert (answer.status_code, answer.data["code"]) == (400, "unknown_message")
    assert Message.objects.filter(conversation=thread).count() == 0


def test_of_a_long_answer_the_first_piece_answers_and_the_last_offers_the_choices(thread):
    outgoing = Outgoing("palabra " * 600, agent=thread.user, metadata={"reply_to": "wamid.ASK", "choices": CHOICES})
    first, last = queue_reply(thread, outgoing)
    assert (first.metadata, last.metadata) == ({"reply_to": "wamid.ASK"}, {"choices": CHOICES})


def test_choices_that_cannot_be_tapped_are_numbered_in_the_text(post, thread):
    long = [{"id": "a", "title": "Una habitación doble con vistas"}, {"id": "b", "title": "Una sencilla"}]
    answer = post(thread, "¿Cuál prefiere?", choices=long)
    assert answer.data["content"] == "¿Cuál prefiere?\n\n1. Una habitación doble con vistas\n2. Una sencilla"
    assert answer.data["metadata"] == {"choices": long, "numbered": True}


def test_a_number_picks_a_choice_of_our_last_message(sandbox, wire, shop, post):
    wire.whatsapp(whatsapp_text("Quiero reservar"))
    thread = Message.objects.get().conversation
    long = [{"id": "a", "title": "Una habitación doble con vistas"}, {"id": "b", "title": "Una sencilla"}]
    post(thread, "¿Cuál prefiere?", choices=long)
    for said in ("2", " 2. ", "2️⃣", "opción 2"):
        wire.whatsapp(whatsapp_text(said))
        assert newest().metadata == {"payload": "b", "chosen": "Una sencilla"}
    for said in ("3", "0", "a las 2", "22"):
        wire.whatsapp(whatsapp_text(said))
        assert newest().metadata == {}
    post(thread, "¿Cuántas noches?")
    wire.whatsapp(whatsapp_text("2"))
    assert newest().metadata == {}
