"""Notices wait as rows until the mail server takes them."""

import socket
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts import tasks
from accounts.mailing import LEASE, send_one
from accounts.models import Notice, PasswordLink, User
from accounts.notices import queue_notice, send_notice


@pytest.fixture
def notice(ana):
    return queue_notice(ana, "x.happened", "Subject", "Text")


@pytest.fixture
def mail_server_is_away(settings):
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_PORT = server.getsockname()[1]
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", False
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


def test_a_notice_is_mailed_once(notice):
    assert [tasks.sweep_unmailed() for _ in range(3)] == [1, 0, 0]
    assert [(sent.subject, sent.body, sent.to) for sent in mail.outbox] == [("Subject", "Text", ["ana@example.com"])]


def test_notices_outlive_a_mail_server_that_is_away(notice, mail_server_is_away, settings):
    assert tasks.sweep_unmailed() == 0
    notice.refresh_from_db()
    assert notice.sent_at is None
    assert timedelta(seconds=50) < notice.next_try_at - timezone.now() < timedelta(seconds=61)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert tasks.sweep_unmailed() == 0
    Notice.objects.update(next_try_at=timezone.now())
    assert tasks.sweep_unmailed() == 1
    assert len(mail.outbox) == 1


def test_a_mail_server_that_stays_away_is_asked_less_and_less(notice, mail_server_is_away):
    Notice.objects.update(created_at=timezone.now() - timedelta(hours=3))
    tasks.sweep_unmailed()
    notice.refresh_from_db()
    assert notice.next_try_at > timezone.now() + timedelta(minutes=179)


def test_a_mail_that_cannot_be_written_holds_up_no_other(notice, ana):
    def fail(_notice):
        raise ValueError("no such address")

    other = PasswordLink.objects.create(email=ana.email, expires_at=timezone.now() + timedelta(hours=1))
    assert send_one(Notice.objects.filter(pk=notice.pk), fail) is False
    assert tasks.sweep_unmailed() == 1
    other.refresh_from_db()
    assert other.sent_at is not None


def test_who_is_sending_a_mail_has_it_alone(notice):
    sent_meanwhile = []

    def send_slowly(_notice):
        sent_meanwhile.append(tasks.sweep_unmailed())

    assert send_one(Notice.objects.filter(pk=notice.pk), send_slowly) is True
    assert sent_meanwhile == [0]


def test_a_mail_whose_worker_died_is_sent_after_its_lease(notice):
    def die(_notice):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_one(Notice.objects.filter(pk=notice.pk), die)
    assert tasks.sweep_unmailed() == 0
    Notice.objects.update(next_try_at=timezone.now() - LEASE)
    assert tasks.sweep_unmailed() == 1


def test_a_disabled_user_is_told_nothing(notice):
    User.objects.update(is_active=False)
    tasks.sweep_unmailed()
    assert mail.outbox == []


def test_a_notice_that_nobody_could_send_ends(notice):
    Notice.objects.update(expires_at=timezone.now())
    assert tasks.sweep_unmailed() == 0
    assert tasks.prune() == 1
    assert mail.outbox == []


def test_a_subject_is_one_line(ana):
    notice = queue_notice(ana, "x.happened", "  Two\n lines ", "Text\nmore")
    send_notice(notice)
    assert (mail.outbox[0].subject, mail.outbox[0].body) == ("Two lines", "Text\nmore")
