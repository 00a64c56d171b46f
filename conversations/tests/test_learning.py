"""What a resolved thread teaches its assistant: only what a person answered, and nothing private."""

import pytest

from accounts.stream import SYSTEM
from assistants.models import FAQCandidate
from conversations.actions.threads import change_status
from conversations.models import Conversation


@pytest.fixture
def thread(ana, shop):
    return Conversation.objects.create(
        user=ana,
        integration=shop,
        platform="whatsapp",
        contact_external_id="521",
        contact_name="Lucía Pérez",
        assigned_assistant=ana.assistants.create(name="Chispa", type="ai"),
    )


def say(thread, *turns):
    for sender, text in turns:
        thread.last_sequence += 1
        thread.messages.create(sequence=thread.last_sequence, sender=sender, content=text)


def resolved(thread):
    change_status(thread, "resolved", SYSTEM)
    return list(FAQCandidate.objects.order_by("created_at").values_list("question", "answer", "asked"))


def test_a_question_that_a_person_answered_waits_for_approval(thread):
    say(thread, ("user", "Hola. ¿Reparan bicicletas?"), ("agent", "Sí, claro."), ("agent", "En tres días."))
    assert resolved(thread) == [("¿Reparan bicicletas?", "Sí, claro.\nEn tres días.", 1)]


def test_nothing_private_is_kept(thread):
    say(
        thread,
        ("user", "¿Me escriben a lucia@example.com o al 55 1234 5678?"),
        ("agent", "Claro, Lucía, también a ventas@example.com."),
    )
    assert resolved(thread) == [("¿Me escriben a ••• o al •••?", "Claro, •••, también a •••.", 1)]


@pytest.mark.parametrize(
    "turns",
    [
        [("user", "Gracias"), ("agent", "De nada.")],
        [("user", "¿Abren?"), ("assistant", "Sí."), ("agent", "Así es.")],
        [("user", "¿Abren? ¿Hacen envíos?"), ("agent", "Sí.")],
        [("user", "¿Cuánto cuesta?"), ("agent", "¿De cuál me hablas?")],
        [("user", "¿Abren?")],
        [("agent", "Ya abrimos.")],
    ],
)
def test_what_is_no_clear_answer_is_not_kept(thread, turns):
    say(thread, *turns)
    assert resolved(thread) == []


def test_resolving_again_learns_only_what_is_new(thread):
    say(thread, ("user", "¿Reparan bicicletas?"), ("agent", "Sí."))
    resolved(thread)
    change_status(thread, "active", SYSTEM)
    say(thread, ("user", "¿Venden cascos?"), ("agent", "También."))
    assert resolved(thread) == [("¿Reparan bicicletas?", "Sí.", 1), ("¿Venden cascos?", "También.", 1)]


def test_a_thread_without_an_assistant_teaches_nobody(thread):
    thread.assigned_assistant = None
    say(thread, ("user", "¿Reparan bicicletas?"), ("agent", "Sí."))
    assert resolved(thread) == []
