"""An owner hears by mail of threads that were handed over and that nobody took."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from accounts import tasks as accounts_tasks
from accounts.models import Notice, User
from accounts.stream import SYSTEM
from conversations.actions.messages import Outgoing, queue_reply
from conversations.actions.threads import (
    Status,
    assign_agent,
    change_status,
    hand_off,
    lock_conversation,
    resume_assistant,
)
from conversations.handoff_notices import tell_owner
from conversations.models import Conversation
from conversations.tasks import sweep_untaken


@pytest.fixture(autouse=True)
def _ten_minutes(settings):
    settings.HANDOFF_NOTICE_MINUTES = 10


def handed_over(thread, minutes_ago=11):
    with transaction.atomic():
        hand_off(lock_conversation(thread.pk), SYSTEM, "asked")
    handed_over_at = timezone.now() - timedelta(minutes=minutes_ago)
    Conversation.objects.filter(pk=thread.pk).update(handoff_notice_at=handed_over_at + timedelta(minutes=10))
    return thread


def mailed():
    """The mails of one round of both sweeps."""
    mail.outbox.clear()
    sweep_untaken()
    accounts_tasks.sweep_unmailed()
    return list(mail.outbox)


def test_the_owner_is_told_once_after_the_time_there_was(thread, ana):
    hand_off(thread, SYSTEM, "asked")
    due_in = Conversation.objects.get().handoff_notice_at - timezone.now()
    assert timedelta(minutes=9, seconds=50) < due_in <= timedelta(minutes=10)
    assert mailed() == []
    handed_over(thread)
    (told,) = mailed()
    assert told.to == [ana.email]
    assert told.subject == "1 conversación espera a una persona"
    assert "- Eva (WhatsApp), desde las " in told.body
    Notice.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert mailed() == []


@pytest.mark.parametrize(
    "take",
    [
        lambda thread, bruno: queue_reply(thread, Outgoing("Hola", agent=bruno)),
        lambda thread, bruno: assign_agent(thread, bruno, SYSTEM),
        lambda thread, _bruno: resume_assistant(thread, SYSTEM),
        lambda thread, _bruno: change_status(thread, Status.RESOLVED),
        lambda thread, _bruno: change_status(thread, Status.ARCHIVED),
        lambda thread, _bruno: thread.delete(),
    ],
)
def test_who_takes_it_spares_the_owner_the_mail(thread, bruno, take):
    handed_over(thread)
    with transaction.atomic():
        take(lock_conversation(thread.pk), bruno)
    assert mailed() == []


def test_a_note_among_the_team_takes_nothing(thread, bruno):
    handed_over(thread)
    with transaction.atomic():
        queue_reply(lock_conversation(thread.pk), Outgoing("¿Quién?", agent=bruno, internal=True))
    assert len(mailed()) == 1


def test_a_thread_that_somebody_has_already_is_not_waited_for(thread, bruno):
    Conversation.objects.update(assigned_agent=bruno)
    hand_off(lock(thread), SYSTEM, "asked")
    assert Conversation.objects.get().handoff_notice_at is None


def lock(thread):
    with transaction.atomic():
        return lock_conversation(thread.pk)


def test_a_reopened_thread_is_not_told_of_for_what_was(thread):
    handed_over(thread)
    change_status(lock(thread), Status.RESOLVED)
    change_status(lock(thread), Status.ACTIVE)
    assert mailed() == []


def test_one_mail_names_ten_and_counts_the_rest(shop, thread_of):
    for number in range(13):
        handed_over(thread_of(shop, f"52155500{number:02}", contact_name=f"Eva {number:02}"), minutes_ago=60 - number)
    (told,) = mailed()
    assert told.subject == "13 conversaciones esperan a una persona"
    named = [line for line in told.body.splitlines() if line.startswith("- ")]
    assert [line[:8] for line in named] == [f"- Eva {number:02}" for number in range(10)]
    assert "… y 3 más" in told.body


def test_what_comes_within_a_quarter_of_an_hour_waits_for_the_next_mail(shop, thread_of):
    handed_over(thread_of(shop, "1"))
    assert len(mailed()) == 1
    for contact in ("2", "3"):
        handed_over(thread_of(shop, contact))
    assert mailed() == []
    Notice.objects.update(created_at=timezone.now() - timedelta(minutes=15))
    (told,) = mailed()
    assert told.subject == "2 conversaciones esperan a una persona"


def test_each_owner_is_told_of_their_own(shop, thread_of, carla):
    handed_over(thread_of(shop))
    theirs = Conversation.objects.create(user=carla, platform="telegram", contact_name="Zoe")
    handed_over(theirs)
    told = {each.to[0]: each.body for each in mailed()}
    assert set(told) == {"ana@example.com", "carla@example.com"}
    assert "Zoe" not in told["ana@example.com"]
    assert "Eva" not in told["carla@example.com"]


def test_the_mail_is_in_the_owner_s_language_and_time(thread):
    User.objects.update(language="en", timezone="Asia/Tokyo")
    handed_over(thread)
    Conversation.objects.update(handoff_notice_at=timezone.now().replace(2026, 3, 1, 8, 10))
    (told,) = mailed()
    assert told.subject == "1 conversation waits for a person"
    assert "- Eva (WhatsApp), since 17:00" in told.body


def test_a_customer_s_name_is_one_short_line(thread):
    Conversation.objects.update(contact_name="Eva\n- Bob " + "x" * 200)
    handed_over(thread)
    (told,) = mailed()
    assert len([line for line in told.body.splitlines() if line.startswith("- ")]) == 1
    assert max(map(len, told.body.splitlines())) < 120


def test_zero_minutes_switch_the_mails_off(thread, settings):
    handed_over(thread)
    settings.HANDOFF_NOTICE_MINUTES = 0
    assert mailed() == []
    hand_off(lock(thread), SYSTEM, "asked")
    assert Conversation.objects.get().handoff_notice_at is None


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_queue_one_mail(thread, ana):
    handed_over(thread)

    def sweep():
        tell_owner(ana.pk)
        connection.close()

    sweeps = [threading.Thread(target=sweep) for _ in range(4)]
    for each in sweeps:
        each.start()
    for each in sweeps:
        each.join()
    assert Notice.objects.count() == 1
